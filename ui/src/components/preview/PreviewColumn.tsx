import { Spinner } from '@patternfly/react-core'
import type { ReactNode } from 'react'
import { stringify } from 'yaml'
import { YamlView } from '../YamlView'
import { Cost } from './Cost'
import { Checks, holds, Preflight } from './Preflight'
import { Actions, Changes, Part, Policies, Security } from './PreviewParts'
import { QuotaPart } from './Quota'
import type { Previewed } from './usePreview'
import './preview.css'

interface Props {
  title: string
  previewed: Previewed
  /** What is known without asking the server what it would do. */
  before?: ReactNode
  /** What is said while there is nothing to ask the server about. */
  nothing: string
  /** Actions are shown at once, and not on demand. */
  isOpen?: boolean
  /** The request that follows does what was shown, or nothing. */
  isSealed?: boolean
  /** The button, and what stands in its way. */
  children?: ReactNode
}

/** What the server says that it would do: before anything is done, and as it is now. */
export function PreviewColumn({ title, previewed, before, nothing, isOpen, isSealed = true, children }: Props) {
  const { preview, isFresh, error } = previewed
  const waiting = !isFresh && error === null
  return (
    <aside className="kore-foresight" aria-label={title} aria-busy={waiting}>
      <h2>
        {title}
        <span className="kore-foresight-state" role="status">
          {waiting && (preview ? <Spinner size="sm" aria-label="Asking the server" /> : '')}
        </span>
      </h2>
      {before}
      {!preview && !error && <p className="kore-second">{nothing}</p>}
      {!preview && Boolean(error) && <p className="kore-second">It can be said once what stands in the way is mended.</p>}
      {preview && (
        <div className={waiting || error ? 'kore-foresight-old' : undefined}>
          {(preview.warnings ?? []).map((warning) => (
            <Part key={warning} title="Worth knowing" tone="warn">
              <p>{warning}</p>
            </Part>
          ))}
          {preview.preflight && (
            <Part title={`Upgrade from ${preview.preflight.from} to ${preview.preflight.to}`} tone={holds(preview.preflight) ? 'bad' : 'ok'}>
              <Preflight preflight={preview.preflight} />
            </Part>
          )}
          {preview.beforehand && preview.beforehand.length > 0 && (
            <Part title="Before anything is made" tone={holds({ checks: preview.beforehand }) ? 'bad' : 'ok'}>
              <Checks checks={preview.beforehand} />
            </Part>
          )}
          <Changes changes={preview.changes} />
          {(preview.problems ?? []).length === 0 && <Actions actions={preview.actions} isOpen={isOpen} />}
          {preview.policy && <Policies policy={preview.policy} />}
          {preview.security && <Security security={preview.security} />}
          <QuotaPart lines={preview.quota ?? []} />
          {preview.cost && (
            <Cost cost={preview.cost} />
          )}
          <Effective preview={preview} />
        </div>
      )}
      {children}
      {isSealed && preview && isFresh && (
        <p className="kore-second">
          What you see is what is done, or nothing: the request bears the seal of this preview (<code>{preview.digest.slice(0, 8)}</code>), for a quarter of an hour.
        </p>
      )}
    </aside>
  )
}

/** All parameters of what is made new, the plan's and one's own together. */
function Effective({ preview }: { preview: NonNullable<Previewed['preview']> }) {
  const whole = preview.changes.find(({ path }) => path === '')?.after
  if (!whole) return null
  return (
    <details className="kore-part">
      <summary>All parameters together</summary>
      <YamlView text={stringify(whole)} what="parameters" />
    </details>
  )
}
