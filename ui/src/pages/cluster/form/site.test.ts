import { expect, test } from 'vitest'
import { newCloud } from '@/api/kinds/clouds'
import { newPlan, newVersion } from '@/api/kinds/plans'
import { notForRegion, siteOf, siteWords } from './site'

const plans = [newPlan('eks', { provider: 'aws', currentVersion: 2 }), newPlan('small', { provider: 'local', currentVersion: 1 })]
const version = (of: number, parameters: Record<string, unknown>) => newVersion({ plan: 'eks', version: of, provider: 'aws', parameters })
const versions = [version(1, { region: 'eu-west-1' }), version(2, { region: 'eu-central-1', stage: 'production' })]
const cluster = (spec: object) => ({ metadata: { name: 'prod' }, spec })

test('where a cluster would be is said by its plan version and its overrides together', () => {
  expect(siteOf(cluster({ plan: { name: 'eks' } }), plans, versions)).toEqual({ provider: 'aws', region: 'eu-central-1', stage: 'production' })
  expect(siteOf(cluster({ plan: { name: 'eks', version: 1 } }), plans, versions)).toEqual({ provider: 'aws', region: 'eu-west-1', stage: null })
  expect(siteOf(cluster({ plan: { name: 'eks' }, overrides: { region: 'eu-west-1', stage: ' ' } }), plans, versions)).toEqual({ provider: 'aws', region: 'eu-west-1', stage: null })
  expect(siteOf(cluster({ plan: { name: 'eks' } }), plans, [])).toEqual({ provider: 'aws', region: null, stage: null })
})

test('clusters of this machine, and documents that are none, are in no cloud', () => {
  expect([cluster({ plan: { name: 'small' } }), cluster({ plan: { name: 'gone' } }), cluster({}), 'text', undefined].map((one) => siteOf(one, plans, versions))).toEqual([null, null, null, null, null])
})

test('a region is said, and that a cloud is not for it', () => {
  expect([siteWords({ provider: 'aws', region: 'eu-central-1', stage: null }), siteWords({ provider: 'aws', region: null, stage: null })]).toEqual(['AWS, region eu-central-1', 'AWS, no region yet'])
  const aws = { partition: 'aws', managementAccount: '123456789012', homeRegion: 'eu-central-1', regions: ['eu-central-1', 'eu-west-1'], organizationalUnit: 'r-5by1', accountEmail: 'aws+{account}@example.org' } as const
  const cloud = newCloud('acme', { provider: 'aws', aws: { ...aws, regions: [...aws.regions] } })
  expect(notForRegion('us-east-1', cloud)).toBe('Cloud acme is not for us-east-1, but for eu-central-1, eu-west-1.')
  expect([notForRegion('eu-west-1', cloud), notForRegion(null, cloud), notForRegion('us-east-1', undefined)]).toEqual([null, null, null])
})
