import type { Status, Tone } from '../status'
import type { Container, ContainerState, ContainerStatus, Pod } from './types'

/** What a pod is, as `kubectl get pods` says it. */
export interface PodState extends Status {
  ready: number
  containers: number
  restarts: number
  /** When a container was last started again. */
  restartedAt: string | null
}

const ended = ({ reason, signal, exitCode }: NonNullable<ContainerState['terminated']>): string =>
  reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`)

/** An init container that goes on beside the others. */
const isSidecar = (container: Container | undefined): boolean => container?.restartPolicy === 'Always'

const condition = (pod: Pod, type: string) => pod.status?.conditions?.find((one) => one.type === type)

/** Why the first init container that is not through holds the pod up; null when none does. */
function initReason(pod: Pod): string | null {
  const statuses = pod.status?.initContainerStatuses ?? []
  const all = pod.spec.initContainers ?? []
  for (const [at, { name, state, started }] of statuses.entries()) {
    const sidecar = isSidecar(all.find((one) => one.name === name))
    if (state?.terminated?.exitCode === 0 || (sidecar && started)) continue
    if (state?.terminated) return `Init:${ended(state.terminated)}`
    if (state?.waiting?.reason && state.waiting.reason !== 'PodInitializing') return `Init:${state.waiting.reason}`
    return `Init:${at}/${all.length}`
  }
  return null
}

/** What the containers add to it, the first one last, as kubectl does. */
function containersReason(pod: Pod, before: string): string {
  let reason = before
  let running = false
  for (const { state, ready } of (pod.status?.containerStatuses ?? []).toReversed()) {
    if (state?.waiting?.reason) reason = state.waiting.reason
    else if (state?.terminated) reason = ended(state.terminated)
    else if (ready && state?.running) running = true
  }
  if (reason === 'Completed' && running) return condition(pod, 'Ready')?.status === 'True' ? 'Running' : 'NotReady'
  return reason
}

function reasonOf(pod: Pod): string {
  const phase = pod.status?.phase
  let reason = pod.status?.reason || phase || 'Unknown'
  if (condition(pod, 'PodScheduled')?.reason === 'SchedulingGated') reason = 'SchedulingGated'
  const init = initReason(pod)
  if (init !== null) reason = init
  if (init === null || condition(pod, 'Initialized')?.status === 'True') reason = containersReason(pod, reason)
  if (!pod.metadata.deletionTimestamp) return reason
  if (pod.status?.reason === 'NodeLost') return 'Unknown'
  return phase === 'Succeeded' || phase === 'Failed' ? reason : 'Terminating'
}

const BUSY = /^(Pending|ContainerCreating|PodInitializing|Terminating|SchedulingGated|Init:\d+\/\d+)$/

function toneOf(reason: string, allReady: boolean): Tone {
  if (reason === 'Running') return allReady ? 'ok' : 'warn'
  if (reason === 'Completed' || reason === 'Succeeded') return 'off'
  if (reason === 'NotReady' || reason === 'Unknown') return 'warn'
  return BUSY.test(reason) ? 'busy' : 'bad'
}

/** How a container ended before this run of it. */
export function lastEnd({ name, lastState }: ContainerStatus): string | null {
  const end = lastState?.terminated
  if (!end) return null
  const why = end.reason && end.reason !== 'Error' ? `${end.reason}, exit code ${end.exitCode}` : `exit code ${end.exitCode}`
  return `${name} ended before: ${why}${end.message ? `: ${end.message.trim()}` : ''}`
}

function messageOf(pod: Pod, reason: string, allReady: boolean): string | null {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
  const waiting = statuses.find(({ state }) => state?.waiting?.message)?.state?.waiting?.message
  const unscheduled = condition(pod, 'PodScheduled')
  const parts = [
    waiting,
    pod.status?.message,
    unscheduled?.status === 'False' ? unscheduled.message : undefined,
    reason === 'Running' && allReady ? undefined : statuses.map(lastEnd).find((text) => text !== null),
    reason === 'Running' && !allReady ? condition(pod, 'Ready')?.message : undefined,
    reason === 'Error' ? statuses.map(({ name, state }) => (state?.terminated ? `${name}: exit code ${state.terminated.exitCode}` : '')).find(Boolean) : undefined,
  ]
  return parts.filter(Boolean).join(' · ') || null
}

export function podState(pod: Pod): PodState {
  const all = pod.spec.initContainers ?? []
  const sidecars = (pod.status?.initContainerStatuses ?? []).filter(({ name }) => isSidecar(all.find((one) => one.name === name)))
  const counted = [...sidecars, ...(pod.status?.containerStatuses ?? [])]
  const ready = counted.filter((one) => one.ready && one.state?.running).length
  const containers = pod.spec.containers.length + all.filter(isSidecar).length
  const restarts = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
  const times = restarts.map(({ lastState }) => lastState?.terminated?.finishedAt).filter((at) => at !== undefined)
  const text = reasonOf(pod)
  const allReady = ready === containers
  return {
    text,
    tone: toneOf(text, allReady),
    message: messageOf(pod, text, allReady),
    ready,
    containers,
    restarts: restarts.reduce((sum, { restartCount }) => sum + restartCount, 0),
    restartedAt: times.toSorted().at(-1) ?? null,
  }
}

/** How one container is. */
export function containerState(status: ContainerStatus | undefined): Status {
  const state = status?.state
  if (state?.running) {
    return status?.ready
      ? { tone: 'ok', text: 'Running', message: null }
      : { tone: 'warn', text: 'Not ready', message: 'It runs, but says that it is not ready.' }
  }
  if (state?.waiting) {
    const text = state.waiting.reason ?? 'Waiting'
    return { tone: BUSY.test(text) ? 'busy' : 'bad', text, message: state.waiting.message ?? null }
  }
  if (state?.terminated) {
    const { exitCode, message } = state.terminated
    return { tone: exitCode === 0 ? 'off' : 'bad', text: ended(state.terminated), message: message ?? `exit code ${exitCode}` }
  }
  return { tone: 'busy', text: 'Waiting', message: null }
}
