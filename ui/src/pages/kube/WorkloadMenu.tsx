import { DropdownItem } from '@patternfly/react-core'
import { useNavigate } from '@tanstack/react-router'
import { useMay } from '@/api/kube/rights'
import type { ClusterAddress } from '@/api/kubernetes'
import { ActionMenu } from '@/components/ActionMenu'
import type { Workload } from '@/lib/kube/types'
import { canRestart, canScale, type Plural } from '@/lib/kube/workloads'
import { KubeItem } from './KubeItem'
import { mayRestart, mayScale } from './may'

interface Props {
  address: ClusterAddress
  plural: Plural
  workload: Workload
  onRestart: () => void
  onScale: () => void
}

/** What can be done with a workload. */
export function WorkloadMenu(props: Props) {
  return (
    <ActionMenu label={`Actions of ${props.workload.metadata.name}`}>
      <Items {...props} />
    </ActionMenu>
  )
}

function Items({ address, plural, workload, onRestart, onScale }: Props) {
  const { name, namespace = '' } = workload.metadata
  const may = useMay(address, namespace)
  const navigate = useNavigate()
  const open = (view: string) =>
    void navigate({ to: '/teams/$team/clusters/$cluster/workloads/$kind/$namespace/$name', params: { ...address, kind: plural, namespace, name }, search: { view } })
  return (
    <>
      {canScale(plural) && (
        <KubeItem why={mayScale(may, plural, name)} onClick={onScale}>
          Scale…
        </KubeItem>
      )}
      {canRestart(plural) && (
        <KubeItem why={mayRestart(may, plural, name)} onClick={onRestart}>
          Restart…
        </KubeItem>
      )}
      <DropdownItem onClick={() => open('events')}>Events</DropdownItem>
      <DropdownItem onClick={() => open('yaml')}>YAML</DropdownItem>
    </>
  )
}
