import { describe, expect, it } from 'vitest'
import type { Cluster, Problem, Schema, Team } from '@/api/types'
import { blockersOf, placeOf } from './blockers'
import { minorOf, nextMinor, wantedMinor } from '../upgrade'
import { lineDiff, narrowed } from './lineDiff'
import { createLine, editLine, leavesOf } from './lines'
import { eachOf, inWords, isFor, offersFor, poolWords } from './offers'

const team: Team = { metadata: { name: 'payments', labels: { stage: 'live' } }, spec: {} }
const plan = (teams?: Schema<'Allocation'>, currentVersion: number | null = 1): Schema<'Plan'> => ({ metadata: { name: 'small' }, spec: { provider: 'local', teams, currentVersion } })
const cluster = (spec: Partial<Cluster['spec']> = {}): Cluster => ({ metadata: { name: 'dev', team: 'payments' }, spec: { plan: { name: 'small', version: 1 }, ...spec } })

describe('plans of a team', () => {
  it('are those for everybody, for its name or for its labels', () => {
    expect(isFor(plan(), team)).toBe(true)
    expect(isFor(plan({ all: true }), team)).toBe(true)
    expect(isFor(plan({ names: ['payments'] }), team)).toBe(true)
    expect(isFor(plan({ names: ['other'] }), team)).toBe(false)
    expect(isFor(plan({ labels: { stage: 'live' } }), team)).toBe(true)
    expect(isFor(plan({ labels: { stage: 'live', cloud: 'x' } }), team)).toBe(false)
    expect(isFor(plan({}), team)).toBe(false)
  })

  it('say why they cannot be chosen', () => {
    expect(offersFor(team, [plan(undefined, null)], [])[0]?.unavailable).toBe('Nothing of it is published yet.')
    const version: Schema<'PlanVersion'> = { metadata: { name: 'small-v1' }, spec: { plan: 'small', version: 1, provider: 'local', parameters: {}, stage: 'deprecated', stageReason: 'use 2' } }
    expect(offersFor(team, [plan()], [version])[0]).toMatchObject({ unavailable: null, warning: 'It is deprecated: use 2' })
  })

  it('are said in words', () => {
    const pool = { size: 2, vcpus: 2, memoryMib: 4096 }
    expect(inWords({ nodePools: { default: pool }, kubernetesVersion: '1.36', guardrails: 'production' })).toEqual(['2 nodes with 2 vCPU and 4 GiB each', 'Kubernetes 1.36', 'refuses what is unsafe'])
    expect(inWords({ nodePools: { default: { ...pool, size: 1 } } })).toEqual(['1 node with 2 vCPU and 4 GiB'])
    expect(inWords({ autoMode: true, kubernetesVersion: '1.36' })).toEqual(['nodes as pods need them', 'Kubernetes 1.36'])
    expect(inWords('nothing')).toEqual([])
  })

  it('of a cloud say where it is and which machines it has', () => {
    const pool = { size: 2, machineTypes: ['m7i.large', 'm6i.large'], diskGib: 50, image: 'bottlerocket', capacity: 'spot' }
    expect(poolWords(pool)).toBe('2 nodes, m7i.large or m6i.large, spot')
    expect(eachOf(pool)).toEqual({ kinds: 'm7i.large or m6i.large', has: ['50 GiB disk', 'spot'] })
    expect(poolWords({ ...pool, size: 1, capacity: 'onDemand' })).toBe('1 node, m7i.large or m6i.large')
    const version: Schema<'PlanVersion'> = { metadata: { name: 'eks-v1' }, spec: { plan: 'eks', version: 1, provider: 'aws', parameters: { region: 'eu-central-1', nodePools: { default: pool } } } }
    const eks: Schema<'Plan'> = { metadata: { name: 'eks' }, spec: { provider: 'aws', currentVersion: 1 } }
    expect(offersFor(team, [eks], [version])[0]?.words).toEqual(['AWS, region eu-central-1', '2 nodes, m7i.large or m6i.large, spot'])
  })
})

describe('commands', () => {
  it('make what the document says', () => {
    const overrides = { nodePools: { default: { size: 2 }, big: null }, allowedRegistries: ['a', 'b c'] }
    expect(createLine('payments', cluster({ overrides, deletionProtection: true }))).toBe(
      `kore cluster create payments/dev --plan small --plan-version 1 --set nodePools.default.size=2 --set nodePools.big=null --set 'allowedRegistries=["a","b c"]' --deletion-protection`,
    )
  })

  it('are by file where flags do not reach', () => {
    expect(createLine('payments', { ...cluster(), metadata: { name: 'dev', labels: { a: 'b' } } })).toBe('kore apply -f cluster.yaml')
    expect(createLine('payments', cluster({ overrides: { 'a.b': 1 } }))).toBe('kore apply -f cluster.yaml')
    expect(leavesOf({})).toEqual([])
  })

  it('change what differs, and no more', () => {
    const before = cluster({ overrides: { nodePools: { default: { size: 2 } }, driver: 'native' } })
    expect(editLine(before, before)).toBe('kore cluster edit payments/dev')
    const after = cluster({ plan: { name: 'small', version: 2 }, overrides: { nodePools: { default: { size: 3 } } }, deletionProtection: true })
    expect(editLine(before, after)).toBe('kore cluster edit payments/dev --plan-version 2 --set nodePools.default.size=3 --unset driver --set-spec deletionProtection=true')
  })
})

describe('what blocks', () => {
  const problem = (given: Partial<Problem>): Problem => ({ type: '', status: 422, code: 'KORE-INPUT-0002', title: '', detail: '', owner: 'you', retryable: false, ...given })

  it('is at its field', () => {
    expect(blockersOf(problem({ errors: [{ pointer: '/spec/overrides/foo', detail: 'no', rule: 'unknownField' }] }))[0]).toMatchObject({ pointer: '/spec/overrides/foo', text: 'no' })
    expect(blockersOf(problem({ detail: '/kubernetesVersion: 1.33 is not here' }))[0]).toMatchObject({ pointer: '/spec/overrides/kubernetesVersion', text: '1.33 is not here' })
    expect(blockersOf(problem({ code: 'KORE-OBJECT-0002', detail: 'exists' }))[0]?.pointer).toBe('/metadata/name')
    expect(blockersOf(problem({ code: 'KORE-QUOTA-0001', detail: 'too many', fix: ['ask'] }))[0]).toMatchObject({ pointer: null, fix: ['ask'] })
  })

  it('says the field as people know it', () => {
    expect(placeOf('/spec/overrides/nodePools/default/size')).toBe('nodePools.default.size')
    expect(placeOf('/metadata/name')).toBe('name')
  })
})

describe('versions of Kubernetes', () => {
  it('go up one at a time', () => {
    expect(minorOf('v1.36.3')).toBe('1.36')
    expect(minorOf(null)).toBeNull()
    expect(nextMinor('1.9')).toBe('1.10')
    expect(wantedMinor(cluster({ overrides: { kubernetesVersion: '1.36' } }))).toBe('1.36')
    expect(wantedMinor(cluster())).toBeNull()
  })
})

describe('differing lines', () => {
  it('are found, with some around them', () => {
    expect(lineDiff('a\nb\nc\n', 'a\nx\nc\nd\n')).toEqual([{ sign: ' ', text: 'a' }, { sign: '-', text: 'b' }, { sign: '+', text: 'x' }, { sign: ' ', text: 'c' }, { sign: '+', text: 'd' }])
    expect(narrowed(lineDiff('1\n2\n3\n4\n5\n6', '1\n2\n3\n4\n5\n7'), 1).map((line) => line?.text ?? '…')).toEqual(['5', '6', '7'])
    expect(lineDiff('same', 'same')).toEqual([{ sign: ' ', text: 'same' }])
  })
})
