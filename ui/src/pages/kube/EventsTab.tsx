import { FormSelect, FormSelectOption, ToolbarItem } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { operationsQuery } from '@/api/kinds/operations'
import { useLiveList } from '@/api/kube/useLiveList'
import type { ClusterAddress } from '@/api/kubernetes'
import { Empty } from '@/components/states'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import type { KubeEventObject } from '@/lib/kube/types'
import { KubeList, type KubeColumn } from './KubeList'
import { ThingLink } from './links'
import { merged, type Happening } from './merged'
import { NamespacePicker } from './NamespacePicker'
import { listPath } from './search'
import './kube.css'

const columns = (address: ClusterAddress): KubeColumn<Happening>[] => [
  { title: 'Last seen', sort: 'at', by: ({ at }) => at, cell: ({ at }) => <Time at={at} />, narrow: true },
  { title: 'What', sort: 'what', by: ({ status }) => status.text, cell: ({ status, from }) => <><StatusLabel status={status} />{from === 'Kore' && <span className="kore-second">Kore</span>}</> },
  { title: 'About', cell: (one) => <About address={address} one={one} /> },
  { title: 'Message', cell: ({ message }) => <span className="kore-kube-message">{message}</span> },
  { title: 'Times', sort: 'times', by: ({ times }) => times, cell: ({ times }) => times, isNumber: true },
]

/** What happened in a cluster and to it: what Kubernetes warns of, and what Kore did. */
export function EventsTab() {
  const address = useParams({ from: '/shell/teams/$team/clusters/$cluster' })
  const { team, cluster } = address
  const search = useSearch({ from: '/shell/teams/$team/clusters/$cluster/events' })
  const navigate = useNavigate({ from: '/teams/$team/clusters/$cluster/events' })
  const onSearch = (next: typeof search) => void navigate({ search: next, replace: true })
  const isAll = search.kind === 'all'
  const live = useLiveList<KubeEventObject>(address, `${listPath('/api/v1', 'events', search.namespace)}${isAll ? '' : '?fieldSelector=type%3DWarning'}`)
  const operations = useQuery(operationsQuery(team, { filter: `target.kind=Cluster,target.name=${cluster}`, orderBy: '-created', limit: '50' }))
  const done = operations.data?.items
  const items = useMemo(() => merged(live.items.values(), search.namespace ? [] : (done ?? [])), [live.items, done, search.namespace])
  return (
    <KubeList
      label="Events"
      live={{ ...live, items }}
      columns={columns(address)}
      textOf={({ message, of, status, from }) => `${message} ${of.kind} ${of.name} ${of.namespace} ${status.text} ${from}`}
      search={search}
      onSearch={onSearch}
      defaultSort="-at"
      filters={
        <>
          <NamespacePicker address={address} items={live.items} search={search} onSearch={onSearch} />
          <ToolbarItem>
            <FormSelect aria-label="Events" value={isAll ? 'all' : ''} onChange={(_, value) => onSearch({ ...search, kind: value || undefined, page: undefined })}>
              <FormSelectOption value="" label="Warnings and operations" />
              <FormSelectOption value="all" label="All events and operations" />
            </FormSelect>
          </ToolbarItem>
        </>
      }
      empty={
        <Empty title="Nothing unusual of late" cli={`kore cluster events ${team}/${cluster}`}>
          Kubernetes has warned of nothing in the last hour, for which it keeps events{search.namespace ? ' of this namespace' : ''}.
        </Empty>
      }
    />
  )
}

function About({ address, one: { of, operation } }: { address: ClusterAddress; one: Happening }) {
  if (operation) {
    return (
      <Link to="/operations/$operation" params={{ operation }}>
        the operation
      </Link>
    )
  }
  return (
    <>
      <ThingLink address={address} of={of} />
      {of.namespace && <span className="kore-second">{of.namespace}</span>}
    </>
  )
}
