import { expect, test } from 'vitest'
import { providerCommand, providerOf, shownProvider, valuesOf } from './form'

const values = {
  ...valuesOf(), name: 'corp', issuer: 'https://id.example.com', clientId: 'kore', clientSecret: 's3cret', scopes: 'profile email groups',
  mappings: [
    { group: 'platform admins', worth: 'admin' as const, team: '' },
    { group: 'devs', worth: 'developer' as const, team: 'payments' },
    { group: '', worth: 'viewer' as const, team: '' },
  ],
}

test('a provider goes into the form and comes back', () => {
  const provider = providerOf(values)
  expect(provider.spec.groupMappings).toEqual([{ group: 'platform admins', platformRole: 'admin' }, { group: 'devs', team: 'payments', role: 'developer' }])
  const { clientSecret, ...rest } = provider.spec
  expect(clientSecret).toBe('s3cret')
  const again = providerOf(valuesOf({ ...provider, spec: rest }), { ...provider, spec: rest })
  expect(again.spec).toEqual(rest)
})

test('what the form does not show stays, and the secret shows nowhere', () => {
  const before = { ...providerOf(values), spec: { ...providerOf(values).spec, keys: { keys: [] } } }
  expect(providerOf(valuesOf(before), before).spec.keys).toEqual({ keys: [] })
  expect(JSON.stringify(shownProvider(providerOf(values)))).not.toContain('s3cret')
  expect(providerCommand('create', providerOf(values))).toBe(
    `printf %s "$CLIENT_SECRET" | kore idp create corp --issuer https://id.example.com --client-id kore --client-secret-stdin --scope profile --scope email --scope groups --map 'platform admins=admin' --map devs=payments:developer`,
  )
})
