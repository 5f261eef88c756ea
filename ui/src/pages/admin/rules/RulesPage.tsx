import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { rulesQuery, type AccountRule } from '@/api/kinds/accountRules'
import { ActionButton, ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { forTeams } from '@/components/form/allocationValues'
import { ResourceList, type Column } from '@/components/list/ResourceList'
import { PageFrame } from '@/components/PageFrame'
import { Empty } from '@/components/states'
import { DeleteRule } from './DeleteRule'
import { MODES } from './form'

const accounts = ({ accounts }: AccountRule['spec']) =>
  accounts?.mode === 'existing' ? (accounts.account ?? '–') : `one ${MODES.find(({ value }) => value === (accounts?.mode ?? 'perTeamAndStage'))?.label ?? ''}`

const COLUMNS: readonly Column<AccountRule>[] = [
  {
    title: 'Name',
    sort: 'name',
    cell: ({ metadata, spec }) => (
      <>
        <Link to="/admin/account-rules/$rule" params={{ rule: metadata.name }}>
          {metadata.name}
        </Link>
        {spec.description && <span className="kore-second">{spec.description}</span>}
      </>
    ),
  },
  {
    title: 'Cloud',
    sort: 'organization',
    cell: ({ spec }) => (
      <Link to="/admin/clouds/$cloud" params={{ cloud: spec.organization }}>
        {spec.organization}
      </Link>
    ),
  },
  { title: 'Teams', cell: ({ spec }) => forTeams(spec.teams) },
  { title: 'Stages', cell: ({ spec }) => spec.stages?.join(', ') || 'every stage' },
  { title: 'Accounts', cell: ({ spec }) => accounts(spec) },
  { title: 'Priority', sort: 'priority', cell: ({ spec }) => spec.priority ?? 0 },
]

const FILTERS = [
  { field: 'name', label: 'Name' },
  { field: 'organization', label: 'Cloud' },
] as const

/** Which teams get which accounts. */
export function RulesPage() {
  const search = useSearch({ from: '/shell/admin/account-rules' })
  const navigate = useNavigate({ from: '/admin/account-rules' })
  const [deleting, setDeleting] = useState<AccountRule | null>(null)
  const create = (
    <ActionButton permission="cloud.write" onClick={() => void navigate({ to: '/admin/account-rules/-/new' })}>
      Create rule
    </ActionButton>
  )
  return (
    <PageFrame title="Account rules" lead="Which teams get which accounts in a cloud. For a team and a stage one rule holds: the one with the highest priority, then the first by name." actions={create}>
      <ResourceList
        label="Account rules"
        columns={COLUMNS}
        idOf={(rule) => rule.metadata.uid ?? rule.metadata.name}
        query={rulesQuery}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        filters={FILTERS}
        defaultSort="-priority"
        empty={
          <Empty title="No account rules yet" action={create} cli="kore account-rule create NAME --cloud CLOUD">
            A team gets an account by the rules only where one says so. It says, too, what nobody in the account can do.
          </Empty>
        }
        actions={(rule) => (
          <ActionMenu label={`Actions of ${rule.metadata.name}`}>
            <ActionItem permission="cloud.write" isDanger onClick={() => setDeleting(rule)}>
              Delete…
            </ActionItem>
          </ActionMenu>
        )}
      />
      {deleting && <DeleteRule rule={deleting} onClose={() => setDeleting(null)} />}
    </PageFrame>
  )
}
