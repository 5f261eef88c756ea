import { parseAllDocuments } from 'yaml'
import { describe, expect, it } from 'vitest'
import { asFile } from './files'

describe('objects as a file', () => {
  it('say what people said, in the order in which they can be made', () => {
    const meta = { generation: 3, resourceVersion: '7', uid: 'u' }
    const text = asFile([
      { kind: 'Cluster', metadata: { ...meta, name: 'dev', team: 'shop', labels: { 'kore.internal/team': 'shop', tier: 'gold' } }, spec: { plan: { name: 'web', version: 1 } } },
      { kind: 'PlanVersion', metadata: { ...meta, name: 'web-v10' }, spec: { plan: 'web', stageSince: 'now' } },
      { kind: 'PlanVersion', metadata: { ...meta, name: 'web-v2' }, spec: { plan: 'web' } },
      { kind: 'Plan', metadata: { ...meta, name: 'web' }, spec: { provider: 'local', currentVersion: 10 } },
      { kind: 'Team', metadata: { ...meta, name: 'shop' }, spec: { id: 'x', displayName: 'Shop' } },
    ])
    expect(parseAllDocuments(text).map((one) => one.toJS() as unknown)).toEqual([
      { kind: 'Team', metadata: { name: 'shop' }, spec: { displayName: 'Shop' } },
      { kind: 'Plan', metadata: { name: 'web' }, spec: { provider: 'local' } },
      { kind: 'PlanVersion', metadata: { name: 'web-v2' }, spec: { plan: 'web' } },
      { kind: 'PlanVersion', metadata: { name: 'web-v10' }, spec: { plan: 'web' } },
      { kind: 'Cluster', metadata: { name: 'dev', team: 'shop', labels: { tier: 'gold' } }, spec: { plan: { name: 'web', version: 1 } } },
    ])
  })
})
