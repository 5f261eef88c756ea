import { TextInput } from '@patternfly/react-core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { kube, type ClusterAddress } from '@/api/kubernetes'
import { Field } from '@/components/form/Field'
import type { Pod, Workload } from '@/lib/kube/types'
import { ownerOf, restartPatch, WORKLOADS, type Plural } from '@/lib/kube/workloads'
import { Deed } from './Deed'
import { listPath } from './search'

const send = (address: ClusterAddress, path: string, method: string, body: unknown, type: string) =>
  kube(address, path, { method, headers: { 'content-type': type }, body: JSON.stringify(body) })

/** Deletes a pod; what owns it makes another one. */
export function DeletePod({ address, pod, onClose, onDone }: { address: ClusterAddress; pod: Pod; onClose: () => void; onDone?: () => void }) {
  const { name, namespace = '', uid } = pod.metadata
  const path = `${listPath('/api/v1', 'pods', namespace)}/${encodeURIComponent(name)}`
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } }
  const remove = useMutation({
    mutationFn: () => send(address, path, 'DELETE', body, 'application/json'),
    onSuccess: () => {
      onClose()
      onDone?.()
    },
  })
  const owner = ownerOf(pod)
  return (
    <Deed
      title={`Delete pod ${name}?`}
      address={address}
      action="Delete pod"
      isDanger
      kubectl={['-n', namespace, 'delete', 'pod', name]}
      api={{ method: 'DELETE', path, body }}
      onDo={() => remove.mutate()}
      onClose={onClose}
      isDoing={remove.isPending}
      error={remove.error}
      impact={[
        'Its containers are told to end and have their grace period for that; open shells end with them.',
        'What they have written outside of volumes is lost.',
        owner ? `${owner.kind} ${owner.name} makes another pod in its place.` : 'Nobody makes another one: no workload owns it.',
      ]}
    />
  )
}

interface WorkloadDeed {
  address: ClusterAddress
  plural: Plural
  workload: Workload
  onClose: () => void
  onDone: () => void
}

const pathOf = (plural: Plural, { metadata }: Workload) =>
  `${listPath(WORKLOADS[plural].base, plural, metadata.namespace)}/${encodeURIComponent(metadata.name)}`

/** Makes every pod of a workload anew, by and by. */
export function RestartWorkload({ address, plural, workload, onClose, onDone }: WorkloadDeed) {
  const [at] = useState(() => new Date())
  const { name, namespace = '' } = workload.metadata
  const restart = useMutation({
    mutationFn: () => send(address, pathOf(plural, workload), 'PATCH', restartPatch(new Date()), 'application/strategic-merge-patch+json'),
    onSuccess: () => {
      onClose()
      onDone()
    },
  })
  return (
    <Deed
      title={`Restart ${name}?`}
      address={address}
      action="Restart"
      kubectl={['-n', namespace, 'rollout', 'restart', `${WORKLOADS[plural].kind.toLowerCase()}/${name}`]}
      api={{ method: 'PATCH', path: pathOf(plural, workload), body: restartPatch(at) }}
      onDo={() => restart.mutate()}
      onClose={onClose}
      isDoing={restart.isPending}
      error={restart.error}
      impact={[
        'All its pods are replaced by new ones, as its strategy says: usually the new come before the old go.',
        'Where the new ones do not become ready, the old ones stay.',
      ]}
    />
  )
}

/** Says how many pods a workload has. */
export function ScaleWorkload({ address, plural, workload, onClose, onDone }: WorkloadDeed) {
  const now = workload.spec.replicas ?? 1
  const [text, setText] = useState(String(now))
  const [asked, setAsked] = useState(false)
  const { name, namespace = '' } = workload.metadata
  const replicas = /^\d{1,4}$/.test(text.trim()) ? Number(text) : null
  const path = `${pathOf(plural, workload)}/scale`
  const body = { spec: { replicas: replicas ?? now } }
  const scale = useMutation({
    mutationFn: () => send(address, path, 'PATCH', body, 'application/merge-patch+json'),
    onSuccess: () => {
      onClose()
      onDone()
    },
  })
  const go = () => {
    setAsked(true)
    if (replicas !== null) scale.mutate()
  }
  return (
    <Deed
      title={`Scale ${name}`}
      address={address}
      action="Scale"
      kubectl={['-n', namespace, 'scale', `${WORKLOADS[plural].kind.toLowerCase()}/${name}`, `--replicas=${replicas ?? now}`]}
      api={{ method: 'PATCH', path, body }}
      onDo={go}
      onClose={onClose}
      isDoing={scale.isPending}
      error={scale.error}
    >
      <Field
        name="replicas"
        label="Pods"
        hint={`Now ${now}. More than the namespace's quota holds are not made, and the workload says so. With 0, nothing of it runs.`}
        error={asked && replicas === null ? 'A whole number from 0 on.' : undefined}
        isRequired
      >
        <TextInput type="number" min={0} value={text} onChange={(_, value) => setText(value)} />
      </Field>
    </Deed>
  )
}
