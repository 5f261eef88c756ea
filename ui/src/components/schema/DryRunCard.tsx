import type { ReactNode } from 'react'
import type { DryRun } from '@/api/documents'
import { Remedy } from '@/components/ProblemAlert'
import { Sign } from '@/components/StatusLabel'

interface Props {
  run: DryRun
  isUnreadable: boolean
  /** Nothing is asked, for who may not write. */
  isOff?: boolean
  /** Nothing is asked yet, as nothing was changed. */
  isIdle?: boolean
  children?: ReactNode
}

/** What the server says of a document, while it is written. Fields that are wrong are links to them. */
export function DryRunCard({ run, isUnreadable, isOff = false, isIdle = false, children }: Props) {
  const { preview, problems, isStale } = run
  const fits = preview !== null && problems.length === 0
  return (
    <section className="kore-card" aria-label="What the server says" aria-live="polite">
      <h2>What the server says</h2>
      {isUnreadable && (
        <p className="kore-ok-line">
          <Sign tone="warn" /> The YAML cannot be read: nothing was asked.
        </p>
      )}
      {isOff && <p>You may look, and not change it.</p>}
      {!isOff && isIdle && !isUnreadable && <p>Change something, and what that would do is said here.</p>}
      {!isOff && !isIdle && !isUnreadable && preview === null && problems.length === 0 && <p className="kore-ok-line">Asking…</p>}
      {!isUnreadable && fits && (
        <p className="kore-ok-line" data-stale={isStale}>
          <Sign tone="ok" /> It fits.
        </p>
      )}
      {!isUnreadable &&
        problems.map((problem) => (
          <div key={problem.code + problem.detail} data-stale={isStale}>
            <p className="kore-ok-line">
              <Sign tone="bad" /> {problem.detail}
            </p>
            {(problem.errors?.length ?? 0) > 0 && (
              <ul className="kore-impact">
                {problem.errors?.map(({ pointer, detail }) => (
                  <li key={pointer + detail}>
                    <a
                      href={`#field-${pointer}`}
                      onClick={(event) => {
                        event.preventDefault()
                        document.getElementById(`field-${pointer}`)?.focus()
                      }}
                    >
                      {pointer.replace(/^\/(spec\/)?(parameters\/)?/, '').replaceAll('/', '.')}
                    </a>{' '}
                    {detail}
                  </li>
                ))}
              </ul>
            )}
            {(problem.errors?.length ?? 0) === 0 && <Remedy owner={problem.owner} fix={problem.fix ?? []} />}
          </div>
        ))}
      {preview?.warnings?.map((warning) => (
        <p key={warning} className="kore-ok-line">
          <Sign tone="warn" /> {warning}
        </p>
      ))}
      {!isUnreadable && children}
    </section>
  )
}
