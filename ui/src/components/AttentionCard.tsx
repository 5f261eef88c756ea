import { Link } from '@tanstack/react-router'
import type { Attention } from '@/api/overview'
import { Finding } from './Finding'
import { Remedy } from './ProblemAlert'
import { Failed, Loading } from './states'
import { Sign } from './StatusLabel'
import { Time } from './Time'

interface Props {
  items: readonly Attention[] | undefined
  error: unknown
  onRetry: () => void
}

/** What needs somebody, the worst first. */
export function AttentionCard({ items, error, onRetry }: Props) {
  return (
    <section className="kore-card" aria-label="Needs attention" aria-live="polite">
      <h2>Needs attention {items && items.length > 0 && <span className={`kore-number kore-status-${TONES[items[0]?.severity ?? 'info']}`}>{items.length}</span>}</h2>
      {!items && (error ? <Failed error={error} onRetry={onRetry} /> : <Loading rows={2} what="Looking what needs attention" />)}
      {items?.length === 0 && (
        <p className="kore-fine">
          <Sign tone="ok" /> Nothing needs anybody.
        </p>
      )}
      <ul className="kore-attention">
        {items?.map((item) => (
          <Line key={`${item.kind} ${item.team ?? ''} ${item.object.kind} ${item.object.name}`} item={item} />
        ))}
      </ul>
    </section>
  )
}

const TONES = { critical: 'bad', warning: 'warn', info: 'off' } as const
const WORDS = { critical: 'Critical', warning: 'Warning', info: 'Note' } as const

/** What, why, whose move it is, and where to make it. */
function Line({ item }: { item: Attention }) {
  const { severity, title, since, owner, fix = [], code } = item
  const path = pathOf(item)
  return (
    <li>
      <Sign tone={TONES[severity]} />
      <div>
        <div className="kore-attention-title">
          <span className="pf-v6-screen-reader">{WORDS[severity]}: </span>
          {path ? <Link to={path}>{title}</Link> : title}
          <span className="kore-second">
            <Time at={since} otherwise="" />
          </span>
        </div>
        <Finding detail={item.detail} />
        <Remedy owner={owner} fix={fix} />
        {code && <p className="kore-problem-facts">{code}</p>}
      </div>
    </li>
  )
}

/** Where somebody goes about it. */
function pathOf({ team, object: { kind, name } }: Attention): string | null {
  const at = team ? `/teams/${team}` : null
  switch (kind) {
    case 'Cluster':
      return at && `${at}/clusters/${name}`
    case 'ClusterNamespace':
      return at && `${at}/namespaces/${name}`
    case 'Invitation':
      return at && `${at}/members/invitations`
    case 'Token':
    case 'Robot':
      return at ? `${at}/robots` : '/account'
    case 'Elevation':
      return at ? `${at}/access` : '/admin/access-requests'
    case 'AddressPool':
      return '/admin/address-pools'
    case 'CloudOrganization':
      return `/admin/clouds/${name}`
    default:
      return null
  }
}
