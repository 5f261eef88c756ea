import type { ReactNode } from 'react'
import type { Preview } from '@/api/types'
import { Sign } from '../StatusLabel'
import type { Tone } from '@/lib/status'
import { plain } from './words'

/** One thing that a preview says, under its heading. */
export function Part({ title, tone, children }: { title: string; tone?: Tone; children: ReactNode }) {
  return (
    <section className="kore-part">
      <h3>
        {tone && <Sign tone={tone} />}
        {title}
      </h3>
      {children}
    </section>
  )
}

const EFFECTS = { inPlace: 'in place: what runs goes on', rolling: 'one node or server after the other', replaces: 'what it describes is removed and made again' } as const

/** Fields that change, before and after. */
export function Changes({ changes }: { changes: Preview['changes'] }) {
  const fields = changes.filter(({ path }) => path !== '')
  if (fields.length === 0) return null
  return (
    <Part title="Changes">
      <ul className="kore-effects">
        {fields.map(({ path, before, after, effect }) => (
          <li key={path}>
            <code>{path}</code>
            <span>
              <s>{plain(before)}</s> → <strong>{plain(after)}</strong>
            </span>
            {effect && <span className={effect === 'replaces' ? 'kore-warned' : 'kore-second'}>{EFFECTS[effect]}</span>}
          </li>
        ))}
      </ul>
    </Part>
  )
}

const VERBS = { create: 'made', change: 'changed', replace: 'made again', delete: 'removed' } as const
const SIGNS = { create: '+', change: '~', replace: '±', delete: '−' } as const

/** What is done to the world, counted, and in order on demand. */
export function Actions({ actions, isOpen = false }: { actions: Preview['actions']; isOpen?: boolean }) {
  const counts = (['create', 'change', 'replace', 'delete'] as const)
    .map((verb) => [actions.filter((action) => action.verb === verb).length, VERBS[verb]] as const)
    .filter(([count]) => count > 0)
  return (
    <Part title="What is done">
      {actions.length === 0 ? (
        <p>Nothing is made, changed or removed.</p>
      ) : (
        <details open={isOpen}>
          <summary>{counts.map(([count, word]) => `${count} ${count === 1 ? 'part is' : 'parts are'} ${word}`).join(', ')}</summary>
          <ol className="kore-actions">
            {actions.map(({ component, title, verb, detail = [] }) => (
              <li key={`${verb} ${component}`}>
                <span className={`kore-part-verb kore-part-verb-${verb}`}>
                  <span aria-hidden="true">{SIGNS[verb]}</span>
                  <span className="pf-v6-screen-reader">{VERBS[verb]}: </span>
                </span>
                <span>
                  {title}
                  {detail.length > 0 && <span className="kore-second">{detail.join(', ')}</span>}
                </span>
              </li>
            ))}
          </ol>
        </details>
      )}
    </Part>
  )
}

/** What policies say. */
export function Policies({ policy }: { policy: NonNullable<Preview['policy']> }) {
  const { allowed, policies, refusals = [] } = policy
  if (policies.length === 0) return <Part title="Policies" tone="ok"><p>None applies here.</p></Part>
  return (
    <Part title="Policies" tone={allowed ? 'ok' : 'bad'}>
      <p>
        {allowed ? 'Allowed by' : 'Looked at by'} {policies.join(', ')}.
      </p>
      {refusals.length > 0 && (
        <ul className="kore-effects">
          {refusals.map(({ path, value, reason, policy: name, owner }) => (
            <li key={`${name} ${path}`}>
              <span>
                <code>{path}</code> may not be <strong>{plain(value)}</strong>: {reason}
              </span>
              <span className="kore-second">
                policy {name}; ask {owner}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Part>
  )
}

/** What is allowed and less safe than it could be: what comes, what goes, what stays. */
export function Security({ security }: { security: NonNullable<Preview['security']> }) {
  const { before, after } = security
  const has = (list: typeof before, id: string) => list.some((one) => one.id === id)
  const all = [...after.map((one) => ({ one, mark: has(before, one.id) ? null : 'new' })), ...before.filter(({ id }) => !has(after, id)).map((one) => ({ one, mark: 'gone' }))]
  if (all.length === 0) return <Part title="Security" tone="ok"><p>Nothing to say against it.</p></Part>
  const list = (
    <ul className="kore-effects">
        {all.map(({ one, mark }) => (
          <li key={`${mark} ${one.id} ${one.path}`}>
            <span>
              <span className="kore-tag">{mark === 'gone' ? 'ends' : one.severity}</span> {one.message}
            </span>
            {mark !== 'gone' && (
              <span className="kore-second">
                {one.path && <code>{one.path}</code>} ends with <code>{one.fix}</code>
              </span>
            )}
          </li>
        ))}
      </ul>
  )
  const isNew = before.length === 0 || all.some(({ mark }) => mark !== null)
  return (
    <Part title="Security" tone={after.length > 0 ? 'warn' : 'ok'}>
      {isNew ? (
        list
      ) : (
        <details>
          <summary>As it is now: {all.length === 1 ? 'one thing' : `${all.length} things`} could be safer</summary>
          {list}
        </details>
      )}
    </Part>
  )
}
