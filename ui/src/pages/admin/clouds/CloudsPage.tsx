import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { cloudsQuery, type CloudOrganization } from '@/api/kinds/clouds'
import { ActionButton, ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { ResourceList, type Column } from '@/components/list/ResourceList'
import { PageFrame } from '@/components/PageFrame'
import { Empty } from '@/components/states'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import { DeleteCloud } from './DeleteCloud'
import { cloudStatus } from './words'

const COLUMNS: readonly Column<CloudOrganization>[] = [
  {
    title: 'Name',
    sort: 'name',
    cell: ({ metadata }) => (
      <Link to="/admin/clouds/$cloud" params={{ cloud: metadata.name }}>
        {metadata.name}
      </Link>
    ),
  },
  { title: 'Cloud', sort: 'provider', cell: ({ spec }) => spec.provider.toUpperCase() },
  { title: 'Managed by', sort: 'account', cell: ({ spec }) => spec.aws?.managementAccount ?? '–' },
  { title: 'Regions', cell: ({ spec }) => spec.aws?.regions.join(', ') ?? '–' },
  { title: 'State', sort: 'ready', cell: (cloud) => <StatusLabel status={cloudStatus(cloud)} /> },
  { title: 'Checked', sort: 'checked', cell: ({ status }) => (status?.checkedAt ? <Time at={status.checkedAt} /> : '–') },
]

const FILTERS = [
  { field: 'name', label: 'Name' },
  { field: 'account', label: 'Managed by' },
] as const

/** Organisations in clouds that Kore makes accounts of teams in. */
export function CloudsPage() {
  const search = useSearch({ from: '/shell/admin/clouds' })
  const navigate = useNavigate({ from: '/admin/clouds' })
  const [deleting, setDeleting] = useState<CloudOrganization | null>(null)
  const connect = (
    <ActionButton permission="cloud.write" onClick={() => void navigate({ to: '/admin/clouds/-/connect' })}>
      Connect a cloud
    </ActionButton>
  )
  return (
    <PageFrame title="Clouds" lead="Organisations that Kore makes accounts of teams in." actions={connect}>
      <ResourceList
        label="Clouds"
        columns={COLUMNS}
        idOf={(cloud) => cloud.metadata.uid ?? cloud.metadata.name}
        query={cloudsQuery}
        search={search}
        onSearch={(next) => void navigate({ search: next })}
        filters={FILTERS}
        defaultSort="name"
        empty={
          <Empty title="No clouds yet" action={connect} cli="kore cloud add aws">
            Without one, clusters are made only on the machine that Kore runs on. Connecting begins with what your cloud team has to allow.
          </Empty>
        }
        actions={(cloud) => (
          <ActionMenu label={`Actions of ${cloud.metadata.name}`}>
            <ActionItem permission="cloud.write" isDanger onClick={() => setDeleting(cloud)}>
              Delete…
            </ActionItem>
          </ActionMenu>
        )}
      />
      {deleting && <DeleteCloud cloud={deleting} onClose={() => setDeleting(null)} />}
    </PageFrame>
  )
}
