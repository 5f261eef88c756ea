import type { Schema } from '@/api/types'
import { plain } from './schema/shape'

const EFFECTS: Readonly<Record<string, string>> = { inPlace: 'in place', rolling: 'rolling: nodes are renewed one by one', replaces: 'is made anew' }

/** Fields before and after, and what that does to clusters. */
export function Changes({ changes, fixed }: { changes: readonly Schema<'FieldChange'>[]; fixed?: ReadonlySet<string> }) {
  return (
    <ul className="kore-changes">
      {changes.map(({ path, before, after, effect }) => (
        <li key={path}>
          <code>{path}</code>{' '}
          <span>
            {before === undefined || before === null ? 'new: ' : `${plain(before)} → `}
            {after === undefined || after === null ? 'nothing' : plain(after)}
          </span>
          {fixed?.has(path) ? <em>fixed: clusters cannot be moved</em> : effect && <em>{EFFECTS[effect] ?? effect}</em>}
        </li>
      ))}
    </ul>
  )
}
