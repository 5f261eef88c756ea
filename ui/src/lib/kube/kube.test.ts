import { describe, expect, test } from 'vitest'
import { eventTime, nodeStatus, placeOf } from './others'
import { containerState, podState } from './pods'
import type { Container, ContainerState, ContainerStatus, KubeNode, Pod, Workload } from './types'
import { counts, imagesOf, isOf, makerOf, restartPatch, workloadStatus } from './workloads'

const container = (name: string, state: ContainerState, rest: Partial<ContainerStatus> = {}): ContainerStatus => ({
  name, state, ready: state.running !== undefined, restartCount: 0, image: 'i', ...rest,
})

function pod(status: Pod['status'], init: Container[] = [], meta: Partial<Pod['metadata']> = {}): Pod {
  const containers = (status?.containerStatuses ?? [{ name: 'a' }]).map(({ name }) => ({ name }))
  return { metadata: { name: 'p', ...meta }, spec: { containers, initContainers: init }, status }
}

const running = { running: { startedAt: '2026-01-01T00:00:00Z' } }
const exited = (exitCode: number, reason?: string) => ({ terminated: { exitCode, reason } })

describe('pods are what kubectl says', () => {
  test.each<[string, string, Pod]>([
    ['Running', 'ok', pod({ phase: 'Running', containerStatuses: [container('a', running)] })],
    ['Running', 'warn', pod({ phase: 'Running', containerStatuses: [container('a', running, { ready: false })] })],
    ['Pending', 'busy', pod({ phase: 'Pending' })],
    ['ContainerCreating', 'busy', pod({ phase: 'Pending', containerStatuses: [container('a', { waiting: { reason: 'ContainerCreating' } })] })],
    ['CrashLoopBackOff', 'bad', pod({ phase: 'Running', containerStatuses: [container('a', { waiting: { reason: 'CrashLoopBackOff' } })] })],
    ['ImagePullBackOff', 'bad', pod({ phase: 'Pending', containerStatuses: [container('a', running), container('b', { waiting: { reason: 'ImagePullBackOff' } })] })],
    ['OOMKilled', 'bad', pod({ phase: 'Running', containerStatuses: [container('a', exited(137, 'OOMKilled'))] })],
    ['ExitCode:3', 'bad', pod({ phase: 'Failed', containerStatuses: [container('a', exited(3))] })],
    ['Completed', 'off', pod({ phase: 'Succeeded', containerStatuses: [container('a', exited(0, 'Completed'))] })],
    ['NotReady', 'warn', pod({ phase: 'Running', containerStatuses: [container('a', exited(0, 'Completed')), container('b', running)] })],
    ['Running', 'warn', pod({ phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }], containerStatuses: [container('a', exited(0, 'Completed')), container('b', running)] })],
    ['Evicted', 'bad', pod({ phase: 'Failed', reason: 'Evicted', message: 'The node was low on memory.' })],
    ['SchedulingGated', 'busy', pod({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] })],
    ['Init:0/2', 'busy', pod({ phase: 'Pending', initContainerStatuses: [container('x', running), container('y', { waiting: { reason: 'PodInitializing' } })] }, [{ name: 'x' }, { name: 'y' }])],
    ['Init:1/2', 'busy', pod({ phase: 'Pending', initContainerStatuses: [container('x', exited(0)), container('y', { waiting: { reason: 'PodInitializing' } })] }, [{ name: 'x' }, { name: 'y' }])],
    ['Init:CrashLoopBackOff', 'bad', pod({ phase: 'Pending', initContainerStatuses: [container('x', { waiting: { reason: 'CrashLoopBackOff' } })] }, [{ name: 'x' }])],
    ['Init:Error', 'bad', pod({ phase: 'Pending', initContainerStatuses: [container('x', exited(1, 'Error'))] }, [{ name: 'x' }])],
    ['Running', 'ok', pod({ phase: 'Running', initContainerStatuses: [container('s', running, { started: true })], containerStatuses: [container('a', running)] }, [{ name: 's', restartPolicy: 'Always' }])],
    ['Terminating', 'busy', pod({ phase: 'Running', containerStatuses: [container('a', running)] }, [], { deletionTimestamp: '2026-01-01T00:00:00Z' })],
    ['Completed', 'off', pod({ phase: 'Succeeded', containerStatuses: [container('a', exited(0, 'Completed'))] }, [], { deletionTimestamp: '2026-01-01T00:00:00Z' })],
    ['Unknown', 'warn', pod({ phase: 'Running', reason: 'NodeLost' }, [], { deletionTimestamp: '2026-01-01T00:00:00Z' })],
  ])('%s (%s)', (text, tone, given) => expect(podState(given)).toMatchObject({ text, tone }))

  test('a sidecar counts as a container', () => {
    const given = pod({ phase: 'Running', initContainerStatuses: [container('s', running, { started: true })], containerStatuses: [container('a', running)] }, [{ name: 's', restartPolicy: 'Always' }, { name: 'once' }])
    expect(podState(given)).toMatchObject({ ready: 2, containers: 2 })
  })

  test('the reason is told: why it waits, and how it ended before', () => {
    const status = container('a', { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 20s' } }, { restartCount: 4, lastState: { terminated: { exitCode: 3, reason: 'Error', finishedAt: '2026-01-01T00:00:09Z' } } })
    const state = podState(pod({ phase: 'Running', containerStatuses: [status] }))
    expect(state).toMatchObject({ restarts: 4, restartedAt: '2026-01-01T00:00:09Z', message: 'back-off 20s · a ended before: exit code 3' })
    expect(containerState(status)).toMatchObject({ tone: 'bad', text: 'CrashLoopBackOff' })
    expect(containerState(container('a', exited(0, 'Completed')))).toMatchObject({ tone: 'off' })
    expect(containerState(undefined)).toMatchObject({ tone: 'busy' })
  })
})

describe('workloads', () => {
  const deployment = (status: Workload['status'], spec: Workload['spec'] = { replicas: 2 }): Workload => ({ metadata: { name: 'web', generation: 1 }, spec, status: { observedGeneration: 1, ...status } })
  test.each<[string, string, Workload]>([
    ['Ready', 'ok', deployment({ readyReplicas: 2, updatedReplicas: 2 })],
    ['Rolling out', 'busy', deployment({ readyReplicas: 2, updatedReplicas: 1 })],
    ['Rolling out', 'busy', deployment({ readyReplicas: 2, updatedReplicas: 2, observedGeneration: 0 })],
    ['Not ready', 'warn', deployment({ readyReplicas: 1, updatedReplicas: 2 })],
    ['Stuck', 'bad', deployment({ conditions: [{ type: 'Progressing', status: 'False', message: 'deadline' }] })],
    ['Failing', 'bad', deployment({ conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota' }] })],
    ['Scaled to 0', 'off', deployment({}, { replicas: 0 })],
  ])('a deployment is %s (%s)', (text, tone, given) => expect(workloadStatus('deployments', given)).toMatchObject({ text, tone }))

  test.each<[string, Workload['status'], Workload['spec']]>([
    ['Running', { active: 1 }, {}],
    ['Failed', { failed: 1, conditions: [{ type: 'Failed', status: 'True' }] }, {}],
    ['Complete', { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] }, {}],
    ['Suspended', {}, { suspend: true }],
  ])('a job is %s', (text, status, spec) => expect(workloadStatus('jobs', { metadata: { name: 'j' }, spec, status }).text).toBe(text))

  test('ready and wanted', () => {
    expect(counts('statefulsets', deployment({ readyReplicas: 1 }))).toEqual({ ready: 1, wanted: 2 })
    expect(counts('daemonsets', deployment({ numberReady: 1, desiredNumberScheduled: 3 }))).toEqual({ ready: 1, wanted: 3 })
    expect(counts('jobs', deployment({ succeeded: 1 }, { completions: 5 }))).toEqual({ ready: 1, wanted: 5 })
    expect(counts('cronjobs', deployment({}))).toBeNull()
  })

  test('images of a cron job are in its job', () => {
    const template = { spec: { containers: [{ name: 'a', image: 'x:1' }, { name: 'b', image: 'x:1' }] } }
    expect(imagesOf({ metadata: { name: 'n' }, spec: { jobTemplate: { spec: { template } } } })).toEqual(['x:1'])
  })

  test.each<[boolean, Parameters<typeof isOf>]>([
    [true, ['deployments', 'web', 'Deployment', 'web']],
    [true, ['deployments', 'web', 'ReplicaSet', 'web-7d78459d69']],
    [true, ['deployments', 'web', 'Pod', 'web-7d78459d69-ctvfm']],
    [false, ['deployments', 'web', 'Pod', 'web-front-7d78459d69-ctvfm']],
    [false, ['deployments', 'web', 'Deployment', 'web-front']],
    [true, ['statefulsets', 'db', 'Pod', 'db-0']],
    [false, ['statefulsets', 'db', 'Pod', 'db-x']],
    [true, ['cronjobs', 'nightly', 'Job', 'nightly-29400']],
    [true, ['jobs', 'once', 'Pod', 'once-kbvbg']],
  ])('%s: %j', (is, given) => expect(isOf(...given)).toBe(is))

  test('a restart is kubectl’s', () => {
    expect(JSON.stringify(restartPatch(new Date('2026-01-02T03:04:05.678Z')))).toContain('"kubectl.kubernetes.io/restartedAt":"2026-01-02T03:04:05Z"')
  })
})

test('nodes', () => {
  const node = (conditions: { type: string; status: string; message?: string }[], spec = {}): KubeNode => ({ metadata: { name: 'n' }, spec, status: { conditions } })
  const ready = { type: 'Ready', status: 'True' }
  expect(nodeStatus(node([ready])).text).toBe('Ready')
  expect(nodeStatus(node([ready, { type: 'DiskPressure', status: 'True', message: 'disk full' }]))).toEqual({ tone: 'warn', text: 'DiskPressure', message: 'disk full' })
  expect(nodeStatus(node([ready], { unschedulable: true })).text).toBe('Takes no pods')
  expect(nodeStatus(node([{ type: 'Ready', status: 'Unknown', message: 'stopped posting' }])).tone).toBe('bad')
})

test('events have a time, and objects a place', () => {
  expect(eventTime({ metadata: { name: 'e' }, involvedObject: {}, eventTime: 'b', series: { count: 2, lastObservedTime: 'c' } })).toBe('c')
  expect(placeOf('Pod', 'web', 'a')).toBe('pods/web/a')
  expect(placeOf('CronJob', 'web', 'a')).toBe('workloads/cronjobs/web/a')
  expect(placeOf('Node', undefined, 'a')).toBe('nodes/a')
  expect(placeOf('Secret', 'web', 'a')).toBeNull()
})

test('a pod is its deployment’s', () => {
  const of = (owner: string, kind: string, hash?: string) => makerOf({ metadata: { name: 'p', labels: hash ? { 'pod-template-hash': hash } : {}, ownerReferences: [{ kind, name: owner, uid: '1', controller: true }] } })
  expect(of('web-front-7d78459d69', 'ReplicaSet', '7d78459d69')).toEqual({ kind: 'Deployment', name: 'web-front' })
  expect(of('alone', 'ReplicaSet')).toMatchObject({ kind: 'ReplicaSet', name: 'alone' })
  expect(of('db', 'StatefulSet')).toMatchObject({ kind: 'StatefulSet', name: 'db' })
})
