import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { quotaQuery, quotasQuery, type Quota } from '@/api/kinds/quotas'
import { usePermission } from '@/api/permissions'
import type { ListParameters, Schema } from '@/api/types'
import { ActionButton, ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { ResourceList, type Column } from '@/components/list/ResourceList'
import { PageFrame } from '@/components/PageFrame'
import { Empty } from '@/components/states'
import { UseBar } from '@/components/UseBar'
import { COUNTED, counted, limitText, type Counted } from '@/lib/quota'
import { SetQuota } from './SetQuota'
import './quotas.css'

const SORTED: ReadonlySet<Counted> = new Set(['clusters', 'nodes', 'namespaces'])

const COLUMNS: readonly Column<Quota>[] = [
  { title: 'Team', sort: 'name', cell: ({ metadata: { name } }) => <TeamLink team={name} /> },
  ...COUNTED.map(({ name, title }): Column<Quota> => ({
    title,
    sort: SORTED.has(name) ? name : undefined,
    cell: ({ status }) => <Use name={name} line={status?.lines?.find(({ quota }) => quota === name)} />,
  })),
  { title: 'Its own', cell: ({ spec }) => COUNTED.filter(({ name }) => spec[name] !== undefined && spec[name] !== null).map(({ title }) => title.toLowerCase()).join(', ') || '–' },
]

const FILTERS = [{ field: 'name', label: 'Team' }] as const

const ofTeams = (parameters: ListParameters) => quotasQuery({ ...parameters, filter: [parameters.filter, 'name!=default'].filter(Boolean).join(',') })

/** What teams may have, and what they have. */
export function QuotasPage() {
  const search = useSearch({ from: '/shell/admin/quotas' })
  const navigate = useNavigate({ from: '/admin/quotas' })
  const standard = useQuery({ ...quotaQuery('default'), enabled: usePermission('quota.read').allowed })
  const [setting, setSetting] = useState<Quota | null>(null)
  return (
    <PageFrame title="Quotas" lead="What teams may have, and what they have of it. Nothing is limited before somebody says so.">
      {standard.data && (
        <section className="kore-card kore-default" aria-label="Default">
          <h2>Where a team has no quota of its own</h2>
          <dl>
            {COUNTED.map(({ name, title }) => (
              <div key={name}>
                <dt>{title}</dt>
                <dd>{limitText(name, standard.data.spec[name])}</dd>
              </div>
            ))}
          </dl>
          <ActionButton permission="quota.write" variant="secondary" onClick={() => setSetting(standard.data)}>
            Set default…
          </ActionButton>
        </section>
      )}
      <ResourceList
        label="Quotas"
        columns={COLUMNS}
        idOf={(quota) => quota.metadata.name}
        query={ofTeams}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        filters={FILTERS}
        defaultSort="name"
        empty={
          <Empty title="No teams yet" action={<Link to="/admin/teams">Go to the teams</Link>} cli="kore team quota set default clusters=3 nodes=10">
            Each team has a quota: as the default says, or its own.
          </Empty>
        }
        actions={(quota) => (
          <ActionMenu label={`Actions of ${quota.metadata.name}`}>
            <ActionItem permission="quota.write" onClick={() => setSetting(quota)}>
              Set quota…
            </ActionItem>
          </ActionMenu>
        )}
      />
      {setting && <SetQuota quota={setting} standard={standard.data ?? null} onClose={() => setSetting(null)} />}
    </PageFrame>
  )
}

function TeamLink({ team }: { team: string }) {
  return (
    <Link to="/teams/$team" params={{ team }}>
      {team}
    </Link>
  )
}

/** How much of a limit is used. */
function Use({ name, line }: { name: Counted; line: Schema<'QuotaLine'> | undefined }) {
  if (!line) return <>–</>
  const { used, limit } = line
  return <UseBar used={used} hard={limit} show={typeof limit === 'number' ? `${counted(name, used)} of ${counted(name, limit)}` : counted(name, used)} isSmall />
}
