import { DropdownItem } from '@patternfly/react-core'
import { useNavigate } from '@tanstack/react-router'
import { useMay } from '@/api/kube/rights'
import type { ClusterAddress } from '@/api/kubernetes'
import { ActionMenu } from '@/components/ActionMenu'
import type { Pod } from '@/lib/kube/types'
import { KubeItem } from './KubeItem'
import { canExec, LOGS } from './may'

interface Props {
  address: ClusterAddress
  pod: Pod
  onDelete: () => void
}

/** What can be done with a pod. What one may is asked when the menu opens. */
export function PodMenu({ address, pod, onDelete }: Props) {
  return (
    <ActionMenu label={`Actions of ${pod.metadata.name}`}>
      <Items address={address} pod={pod} onDelete={onDelete} />
    </ActionMenu>
  )
}

function Items({ address, pod, onDelete }: Props) {
  const { name, namespace = '' } = pod.metadata
  const may = useMay(address, namespace)
  const navigate = useNavigate()
  const open = (view: string) =>
    void navigate({ to: '/teams/$team/clusters/$cluster/pods/$namespace/$pod', params: { ...address, namespace, pod: name }, search: { view } })
  return (
    <>
      <KubeItem why={may(LOGS, 'read logs')} onClick={() => open('logs')}>
        Logs
      </KubeItem>
      <KubeItem why={canExec(may)} onClick={() => open('shell')}>
        Shell
      </KubeItem>
      <DropdownItem onClick={() => open('yaml')}>YAML</DropdownItem>
      <KubeItem why={may({ verb: 'delete', resource: 'pods', name }, 'delete pods')} isDanger onClick={onDelete}>
        Delete…
      </KubeItem>
    </>
  )
}
