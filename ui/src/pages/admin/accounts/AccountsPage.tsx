import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { accountsQuery, type CloudAccount } from '@/api/kinds/accounts'
import { ActionButton, ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { ResourceList, type Column } from '@/components/list/ResourceList'
import { ObjectState } from '@/components/ObjectState'
import { PageFrame } from '@/components/PageFrame'
import { Empty } from '@/components/states'
import { Time } from '@/components/Time'
import { statusOf } from '@/lib/status'
import { DeleteAccount } from './DeleteAccount'

const COLUMNS: readonly Column<CloudAccount>[] = [
  {
    title: 'Name',
    sort: 'name',
    cell: ({ metadata }) => (
      <Link to="/admin/accounts/$account" params={{ account: metadata.name }}>
        {metadata.name}
      </Link>
    ),
  },
  {
    title: 'Team',
    sort: 'team',
    cell: ({ spec: { team } }) =>
      team ? (
        <Link to="/teams/$team" params={{ team }}>
          {team}
        </Link>
      ) : (
        'all that rules give it'
      ),
  },
  { title: 'Stage', sort: 'stage', cell: ({ spec }) => spec.stage ?? 'any' },
  {
    title: 'Cloud',
    sort: 'organization',
    cell: ({ spec }) => (
      <Link to="/admin/clouds/$cloud" params={{ cloud: spec.organization }}>
        {spec.organization}
      </Link>
    ),
  },
  { title: 'Account', sort: 'account', cell: ({ status }) => status?.account ?? '–' },
  { title: 'State', sort: 'ready', cell: (account) => <State account={account} /> },
  { title: 'Spent this month', cell: ({ status }) => (status?.spent ? `${status.spent.amount} ${status.spent.currency}` : '–') },
  { title: 'Age', sort: 'created', cell: ({ metadata }) => <Time at={metadata.creationTimestamp} /> },
]

const FILTERS = [
  { field: 'name', label: 'Name' },
  { field: 'team', label: 'Team' },
  { field: 'organization', label: 'Cloud' },
  { field: 'ready', label: 'Ready', options: [{ value: 'True', label: 'yes' }, { value: 'False', label: 'no' }] },
] as const

/** Accounts in clouds, of all teams. */
export function AccountsPage() {
  const search = useSearch({ from: '/shell/admin/accounts' })
  const navigate = useNavigate({ from: '/admin/accounts' })
  const [deleting, setDeleting] = useState<CloudAccount | null>(null)
  const create = (
    <ActionButton permission="cloud.write" onClick={() => void navigate({ to: '/admin/accounts/-/new' })}>
      Create account
    </ActionButton>
  )
  return (
    <PageFrame title="Accounts" lead="Accounts in clouds, each of one team: clusters of the team are made in them." actions={create}>
      <ResourceList
        label="Accounts"
        columns={COLUMNS}
        idOf={(account) => account.metadata.uid ?? account.metadata.name}
        query={accountsQuery}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        filters={FILTERS}
        defaultSort="name"
        empty={
          <Empty title="No accounts yet" action={create} cli="kore account create --team TEAM --stage STAGE">
            An account is where clusters of a team are made in a cloud. Kore makes it in the organisation, under its guardrails; which one a team gets, <Link to="/admin/account-rules">account rules</Link> say.
          </Empty>
        }
        actions={(account) => (
          <ActionMenu label={`Actions of ${account.metadata.name}`}>
            <ActionItem permission="cloud.write" isDanger onClick={() => setDeleting(account)}>
              Delete…
            </ActionItem>
          </ActionMenu>
        )}
      />
      {deleting && <DeleteAccount account={deleting} onClose={() => setDeleting(null)} />}
    </PageFrame>
  )
}

/** The state, and why where it is not fine. */
function State({ account }: { account: CloudAccount }) {
  const { tone, message } = statusOf(account)
  return (
    <>
      <ObjectState object={account} />
      {tone !== 'ok' && message && <span className="kore-second">{message}</span>}
    </>
  )
}
