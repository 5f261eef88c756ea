import type { Preview, Schema } from '@/api/types'
import { ProblemAlert, ProblemBody } from '@/components/ProblemAlert'
import { Sign } from '@/components/StatusLabel'

interface Props {
  preview: Preview | undefined
  error: unknown
  /** Something has been typed since. */
  isBehind: boolean
  /** What is said while there is nothing to ask. */
  waiting: string
  /** Whether it is there already: then fields that change are shown. */
  isChange?: boolean
}

const VERBS = { create: 'New', change: 'Changed', replace: 'Made again', delete: 'Removed' } as const
const COUNTED: Record<string, string> = { clusters: 'Clusters', nodes: 'Nodes', vcpus: 'vCPU', memoryMib: 'Memory, MiB', namespaces: 'Namespaces' }

/** What the server says would happen. */
export function PreviewPanel({ preview, error, isBehind, waiting, isChange }: Props) {
  return (
    <aside className="kore-card kore-side kore-beside" aria-label="What would happen" aria-busy={isBehind} aria-live="polite">
      <h2>What would happen</h2>
      {error ? (
        <ProblemAlert error={error} title="It would be refused" />
      ) : preview ? (
        <div className={isBehind ? 'kore-preview kore-preview-behind' : 'kore-preview'}>
          {preview.problems?.map((problem) => (
            <div key={problem.code + problem.detail} className="kore-preview-line">
              <Sign tone="bad" />
              <ProblemBody problem={problem} />
            </div>
          ))}
          {preview.warnings?.map((text) => (
            <p key={text} className="kore-preview-line">
              <Sign tone="warn" />
              <span>{text}</span>
            </p>
          ))}
          {isChange && <Changes changes={preview.changes} />}
          <Actions actions={preview.actions} />
          {preview.security && <Security findings={preview.security} />}
          <Quota lines={preview.quota ?? []} />
        </div>
      ) : (
        <p className="kore-hint">{waiting}</p>
      )}
    </aside>
  )
}

const shown = (value: unknown) => (value === undefined || value === null ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value))

function Changes({ changes }: { changes: Preview['changes'] }) {
  if (changes.length === 0) return <p>Nothing changes.</p>
  return (
    <section>
      <h3>Fields</h3>
      <ul>
        {changes.map(({ path, before, after }) => (
          <li key={path}>
            <code>{path}</code> {shown(before)} → {shown(after)}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Actions({ actions }: { actions: Preview['actions'] }) {
  if (actions.length === 0) return null
  return (
    <section>
      <h3>In the cluster</h3>
      <ul>
        {actions.map(({ component, verb, title, detail }) => (
          <li key={component}>
            <span className={`kore-verb kore-verb-${verb}`}>{VERBS[verb]}</span> <span title={title}>{component}</span>
            {detail?.map((line) => (
              <span key={line} className="kore-second">
                {line}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Security({ findings: { before, after } }: { findings: Schema<'Findings'> }) {
  const gone = before.filter((one) => !after.some(({ id, path }) => id === one.id && path === one.path))
  return (
    <section>
      <h3>Security</h3>
      {after.length === 0 && <p className="kore-preview-line"><Sign tone="ok" /> <span>Nothing is found.</span></p>}
      {after.map(({ id, path, message, fix, severity }) => (
        <p key={id + path} className="kore-preview-line">
          <Sign tone={severity === 'low' ? 'off' : 'warn'} />
          <span>
            {message} <span className="kore-second">ends it: {fix}</span>
          </span>
        </p>
      ))}
      {gone.map(({ id, path, message }) => (
        <p key={id + path} className="kore-preview-line">
          <Sign tone="ok" />
          <span>
            <s>{message}</s>
          </span>
        </p>
      ))}
    </section>
  )
}

function Quota({ lines }: { lines: NonNullable<Preview['quota']> }) {
  const asked = lines.filter((line) => (line.asked ?? 0) > 0)
  if (asked.length === 0) return null
  return (
    <section>
      <h3>Quota of the team</h3>
      <ul>
        {asked.map(({ quota, used, asked: more = 0, limit }) => (
          <li key={quota}>
            {COUNTED[quota] ?? quota}: {used} + {more} of {limit ?? 'no limit'}
          </li>
        ))}
      </ul>
    </section>
  )
}
