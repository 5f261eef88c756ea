import { Button, FormSelect, FormSelectOption } from '@patternfly/react-core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { Deed } from '@/api/kube/rights'
import type { ClusterAddress } from '@/api/kubernetes'
import { Shell } from '@/components/shell/Shell'
import { Empty } from '@/components/states'
import type { Pod } from '@/lib/kube/types'
import { command } from '@/lib/quote'
import { canExec } from './may'

interface Props {
  address: ClusterAddress
  pod: Pod
  may: (deed: Deed, words: string) => string | null
}

/** A shell in one of a pod's containers, once somebody says so: it is recorded that they opened one. */
export function PodShell({ address, pod, may }: Props) {
  const search = useSearch({ from: '/shell/teams/$team/clusters/$cluster/pods/$namespace/$pod' })
  const navigate = useNavigate({ from: '/teams/$team/clusters/$cluster/pods/$namespace/$pod' })
  const [opened, setOpened] = useState<string | null>(null)
  const { name, namespace = '' } = pod.metadata
  const names = pod.spec.containers.map((one) => one.name)
  const container = names.find((one) => one === search.container) ?? names[0] ?? ''
  const isRunning = pod.status?.containerStatuses?.find((one) => one.name === container)?.state?.running !== undefined
  const why = canExec(may)
  const cli = command(['kore', 'exec', `${address.team}/${address.cluster}`, '--', 'kubectl', '-n', namespace, 'exec', '-it', name, '-c', container, '--', 'sh'])
  return (
    <div className="kore-stack">
      <div className="kore-kube-choice">
        <FormSelect
          aria-label="Container"
          value={container}
          onChange={(_, value) => {
            setOpened(null)
            void navigate({ search: { ...search, container: value }, replace: true })
          }}
        >
          {names.map((one) => (
            <FormSelectOption key={one} value={one} label={`Container: ${one}`} />
          ))}
        </FormSelect>
      </div>
      {opened === container ? (
        <Shell of={{ ...address, namespace, pod: name, container }} />
      ) : why !== null ? (
        <Empty title={why.endsWith('…') ? 'One moment' : 'You may not open a shell here'}>{why}</Empty>
      ) : (
        <Empty
          title={isRunning ? `A shell in ${container}` : `${container} does not run`}
          action={<Button isDisabled={!isRunning} onClick={() => setOpened(container)}>Open shell</Button>}
          cli={cli}
        >
          {isRunning
            ? 'It runs as the container’s own user, beside what runs there. That you opened it is in the audit trail.'
            : 'A shell can only be opened in a container that runs.'}
        </Empty>
      )}
    </div>
  )
}
