import { expect, test } from 'vitest'
import { PROVIDER_OPTIONS, providerAbout, providerTitle } from './providers'

test('providers have names for people, and what is none is said as it is', () => {
  expect(PROVIDER_OPTIONS.map(({ value }) => value)).toEqual(['local', 'aws'])
  expect([providerTitle('aws'), providerTitle('gcp')]).toEqual(['AWS', 'gcp'])
  expect([providerAbout('aws'), providerAbout('gcp')]).toEqual(['Clusters of Amazon EKS, in the accounts that account rules give.', ''])
})
