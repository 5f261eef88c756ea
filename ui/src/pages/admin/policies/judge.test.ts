import { describe, expect, it } from 'vitest'
import { newPlan, type Allocation } from '@/api/kinds/plans'
import type { PlanPolicy } from '@/api/kinds/policies'
import { newTeam } from '@/api/kinds/teams'
import { applying, covers, governs, sayings } from './judge'
import { pathsOf } from './schema'

const policy = (name: string, spec: Partial<PlanPolicy['spec']>): PlanPolicy => ({
  apiVersion: 'kore.internal/v1alpha1',
  kind: 'PlanPolicy',
  metadata: { name, generation: 1 },
  spec: { provider: 'local', owner: 'platform', reason: 'because', default: 'editable', teams: { all: true }, ...spec },
})
const team = (name: string, labels = {}) => ({ ...newTeam(name, {}), metadata: { name, generation: 1, labels } })

describe('what policies say', () => {
  it('is for all, for those named, or for those with every label', () => {
    const gold = team('payments', { tier: 'gold', area: 'eu' })
    const allotted = (...all: (Allocation | undefined)[]) => all.map((one) => covers(one, gold))
    expect(allotted(undefined, { all: true }, { names: ['payments'] }, { labels: { tier: 'gold', area: 'eu' } })).toEqual([true, true, true, true])
    expect(allotted({}, { names: ['fraud'] }, { labels: { tier: 'gold', area: 'us' } }, { labels: {} })).toEqual([false, false, false, false])
  })

  it('is about a path and all below it', () => {
    const cases: [string, string, boolean][] = [
      ['driver', 'driver', true], ['nodePools', 'nodePools.a.size', true], ['nodePools.*', 'nodePools.a.size', true],
      ['nodePools.*.size', 'nodePools.a.size', true], ['nodePools.a.size', 'nodePools.b.size', false],
      ['nodePools.*.size', 'nodePools', false], ['driver', 'driverless', false],
    ]
    for (const [path, place, is] of cases) expect(governs(path, place), `${path} ${place}`).toBe(is)
  })

  it('comes from those that apply, each with its reason and owner', () => {
    const plan = newPlan('web', { provider: 'local', teams: { all: true } })
    const all = [
      policy('sizes', { rules: { 'nodePools.*.size': { access: 'editable', minimum: 1, maximum: 2, reason: 'money' } } }),
      policy('strict', { default: 'locked', plans: ['web'], rules: { driver: { access: 'editable', pattern: 'n.*', owner: 'sec' } } }),
      policy('other', { plans: ['production'] }),
      policy('nobody', { teams: {} }),
    ]
    const here = applying(all, plan, team('payments'))
    expect(here.map(({ metadata: { name } }) => name)).toEqual(['sizes', 'strict'])
    expect(sayings(here, 'nodePools.*.size')).toEqual([
      { policy: 'sizes', says: 'at least 1, at most 2', reason: 'money', owner: 'platform', locks: false },
      { policy: 'strict', says: 'locked', reason: 'because', owner: 'platform', locks: true },
    ])
    expect(sayings(here, 'driver')).toEqual([{ policy: 'strict', says: 'of the form n.*', reason: 'because', owner: 'sec', locks: false }])
  })

  it('can be about parameters and what is above them', () => {
    expect(pathsOf([{ path: 'driver' }, { path: 'nodePools.default.size' }, { path: 'nodePools.*.size' }])).toEqual(['driver', 'nodePools', 'nodePools.*.size'])
  })
})
