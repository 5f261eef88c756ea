import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { accountQuery, type CloudAccount } from '@/api/kinds/accounts'
import { operationsQuery } from '@/api/kinds/operations'
import { ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { ConditionsTable } from '@/components/ConditionsTable'
import { Loaded } from '@/components/Loaded'
import { ObjectHeader } from '@/components/ObjectHeader'
import { OnDemand } from '@/components/OnDemand'
import { statusOf, type Tone } from '@/lib/status'
import { LastChanges } from '@/pages/operation/LastChanges'
import { UnderWay } from '@/pages/operation/UnderWay'
import { useStand } from '@/pages/operation/useStand'
import { currentOf } from '@/pages/operation/words'
import { AccountFacts } from './AccountFacts'
import { DeleteAccount } from './DeleteAccount'
import { EditAccount } from './EditAccount'
import { aboutWords, fateOf } from './words'

const CRUMBS = [{ text: 'Accounts', to: '/admin/accounts' }] as const

/** One account: how it is, what is done to it, and what becomes of it. */
export function AccountPage() {
  const { account } = useParams({ from: '/shell/admin/accounts/$account' })
  return (
    <Loaded query={accountQuery(account)} what="account" title={account}>
      {(found) => <Shown account={found} />}
    </Loaded>
  )
}

function Shown({ account }: { account: CloudAccount }) {
  const navigate = useNavigate()
  const [deleting, setDeleting] = useState(false)
  const { name, uid = '', generation } = account.metadata
  const operation = account.status?.operation
  const { status, failure } = useStand(statusOf(account), operation)
  const operations = useQuery({ ...operationsQuery(null, { filter: `target.uid=${uid}`, orderBy: '-created', limit: '6' }), enabled: uid !== '' })
  const items = operations.data?.items ?? []
  const current = currentOf(items, operation)
  return (
    <ObjectHeader
      title={name}
      status={status}
      crumbs={CRUMBS}
      lead={aboutWords(account)}
      failure={failure}
      next={<Next account={account} tone={status.tone} isWaiting={status.tone === 'busy' && operations.isSuccess && !current?.steps?.length} operation={current?.id} />}
      actions={
        <ActionMenu label={`Actions of ${name}`}>
          <ActionItem permission="cloud.write" isDanger onClick={() => setDeleting(true)}>
            Delete…
          </ActionItem>
        </ActionMenu>
      }
    >
      <div className="kore-columns">
        <div className="kore-grow kore-stack">
          {current && <UnderWay operation={current} />}
          <LastChanges operations={items} />
          <OnDemand summary="Change it">{() => <EditAccount key={generation} account={account} />}</OnDemand>
          <details className="kore-card">
            <summary>Conditions</summary>
            <ConditionsTable conditions={account.status?.conditions ?? []} />
          </details>
        </div>
        <div className="kore-stack kore-side">
          <AccountFacts account={account} />
          <section className="kore-card" aria-labelledby="fate">
            <h2 id="fate">When it is deleted</h2>
            <ul className="kore-impact">
              {fateOf(account).map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </section>
        </div>
      </div>
      {deleting && <DeleteAccount account={account} onClose={() => setDeleting(false)} onDeleted={() => void navigate({ to: '/admin/accounts' })} />}
    </ObjectHeader>
  )
}

/** What somebody can look at: the operation, or while none of its steps has begun the cloud that it waits for. */
function Next({ account, tone, isWaiting, operation }: { account: CloudAccount; tone: Tone; isWaiting: boolean; operation: string | undefined }) {
  const { organization } = account.spec
  if (operation && !isWaiting) {
    return (
      <Link to="/operations/$operation" params={{ operation }}>
        {tone === 'busy' ? 'Watch it' : 'See which step it is'}
      </Link>
    )
  }
  if (!isWaiting) return null
  return (
    <p>
      It waits, and goes on by itself.{' '}
      <Link to="/admin/clouds/$cloud" params={{ cloud: organization }}>
        What cloud {organization} lacks
      </Link>
    </p>
  )
}
