import { expect, test } from 'vitest'
import { command } from '@/lib/quote'
import { snippetOf } from './snippets'
import { claimLines, emptyTrust, GITHUB, profileOf, ruleOf, trustArguments } from './trust'

const server = 'https://kore.example.com'

test('a rule names numbers, and the command says the same', () => {
  const trust = { ...emptyTrust(server), repositoryId: '74', ownerId: ' 65', environment: 'production', projectId: '9' }
  expect(ruleOf(trust)).toEqual({
    issuer: GITHUB, audience: server, maxMinutes: 15,
    claims: { repository_id: '74', repository_owner_id: '65', environment: 'production' },
  })
  expect(command(['kore', 'robot', 'trust', 'add'], 'payments/ci', ...trustArguments(trust))).toBe(
    `kore robot trust add payments/ci --github --repository-id 74 --repository-owner-id 65 --environment production --audience ${server}`,
  )
})

test('claims of pods are below other claims, further ones have their type', () => {
  const pods = { ...emptyTrust(server), profile: 'kubernetes' as const, issuer: 'https://k8s', podNamespace: 'ci', serviceAccount: 'deployer', claims: 'level:=3\nok:=true\nbad' }
  expect(ruleOf(pods).claims).toEqual({ '/kubernetes.io/namespace': 'ci', '/kubernetes.io/serviceaccount/name': 'deployer', level: 3, ok: true })
  expect(command(['x'], ...trustArguments(pods))).toBe(
    `x --kubernetes --issuer https://k8s --namespace ci --service-account deployer --claim level:=3 --claim ok:=true --audience ${server}`,
  )
  expect(claimLines('/a/b=x=y')).toEqual([['/a/b', 'x=y']])
  expect(profileOf('https://elsewhere', [])).toBe('other')
})

test('what a job has to say goes by the rule', () => {
  const target = { robot: 'payments/ci', server, cluster: 'payments/dev' }
  const rule = ruleOf({ ...emptyTrust('kore'), repositoryId: '74', ownerId: '65', environment: 'production' })
  const { file, text } = snippetOf(target, rule)
  expect(file).toBe('.github/workflows/deploy.yml')
  expect(text).toContain('    environment: production\n    env:\n      KORE_SERVER: https://kore.example.com\n      KORE_ROBOT: payments/ci\n      KORE_AUDIENCE: kore\n')
})
