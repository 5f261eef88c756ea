import { expect, test } from 'vitest'
import { cloudCommand, cloudOf, valuesOf } from './form'

const values = {
  ...valuesOf(undefined), name: 'acme', managementAccount: '123456789012', homeRegion: 'eu-central-1',
  organizationalUnit: 'ou-ab12-cdefgh34', accountEmail: 'aws+{account}@example.org',
}

test('clusters are in the home region unless regions are named', () => {
  expect(cloudOf(values, undefined).spec.aws?.regions).toEqual(['eu-central-1'])
  expect(cloudOf({ ...values, regions: 'eu-central-1, eu-west-1' }, undefined).spec.aws?.regions).toEqual(['eu-central-1', 'eu-west-1'])
})

test('the command line says what the form says', () => {
  const cloud = cloudOf(values, undefined)
  expect(cloudCommand(cloud, undefined)).toBe(
    "kore cloud add aws acme --management-account 123456789012 --region eu-central-1 --regions eu-central-1 --organizational-unit ou-ab12-cdefgh34 --account-email 'aws+{account}@example.org'",
  )
  expect(cloudCommand(cloud, cloud)).toContain('kore cloud edit acme --region eu-central-1')
})

test('what is changed keeps being paused', () => {
  const paused = { ...cloudOf(values, undefined), spec: { ...cloudOf(values, undefined).spec, paused: true } }
  expect(cloudOf(valuesOf(paused), paused).spec).toEqual(paused.spec)
})

test('a zone is said by its domain and its id', () => {
  const cloud = cloudOf({ ...values, zone: ' Z1 ', domain: 'apps.example.org' }, undefined)
  expect(cloud.spec.aws?.parentZone).toEqual({ id: 'Z1', domain: 'apps.example.org' })
  expect(cloudCommand(cloud, undefined)).toContain('--parent-zone Z1:apps.example.org')
  expect(cloudOf(valuesOf(cloud), cloud).spec).toEqual(cloud.spec)
})
