import type { AuditRecord } from '@/api/kinds/audit'
import { words, type Status } from '@/lib/status'

const SPECIAL: Readonly<Record<string, string>> = {
  authenticate: 'Ask without being signed in',
  'access.review': 'Ask who may do what',
  'audit.export': 'Read the activity record',
  'cluster.accessView': 'Reach cluster, reading only',
  'cluster.accessDeploy': 'Reach cluster, to deploy',
  'cluster.accessEdit': 'Reach cluster, to change',
  'cluster.accessAdmin': 'Reach cluster, as its administrator',
  'cluster.accessPlatform': 'Reach cluster, as the platform’s administrator',
  'cluster.credential': 'Get a credential for cluster',
  'session.create': 'Sign in',
  'session.refresh': 'Stay signed in',
  'session.revoke': 'Sign out',
  'user.claim': 'Set the password by a link',
  'user.claimLink': 'Make a link to set a password',
}
const NOUNS: Readonly<Record<string, string>> = {
  accountrule: 'account rule', addresspool: 'address pool', cloudaccount: 'account', cloudorganization: 'cloud', clusternamespace: 'namespace', identityprovider: 'identity provider', planpolicy: 'policy',
  planversion: 'plan version', rolebinding: 'role binding', trustedissuer: 'trusted issuer',
}

/** An action in words: `cluster.create` as "Create cluster", `kubectl.exec` as "kubectl exec". */
export function actionWords(action: string): string {
  const special = SPECIAL[action]
  if (special) return special
  const [noun = '', verb, ...rest] = action.split('.')
  if (verb === undefined) return words(noun)
  if (noun === 'kubectl') return `kubectl ${[verb, ...rest].join(' ')}`
  const ended = rest[0] === 'result' ? ', done or failed' : ''
  return `${words(verb)} ${NOUNS[noun] ?? words(noun).toLowerCase()}${ended}`
}

/** How something ended. */
export function resultStatus({ result, code, status }: AuditRecord): Status {
  const message = [code, status].filter(Boolean).join(', ') || null
  switch (result) {
    case 'allowed':
      return { tone: 'ok', text: 'Allowed', message: null }
    case 'denied':
      return { tone: 'bad', text: 'Denied', message }
    case 'refused':
      return { tone: 'warn', text: 'Refused', message }
    case 'failed':
      return { tone: 'bad', text: 'Failed', message }
  }
}

/** Where the object of a record is looked at, when there is a page of it. */
export type Target =
  | { to: '/teams/$team/clusters/$cluster'; params: { team: string; cluster: string } }
  | { to: '/teams/$team/namespaces'; params: { team: string } }
  | { to: '/teams/$team'; params: { team: string } }
  | { to: '/admin/users/$user'; params: { user: string } }
  | { to: '/admin/roles/role/$role'; params: { role: string } }

export function targetOf(object: string): Target | null {
  const [first = ''] = object.split(' ')
  const [kind = '', one = '', two = '', more] = first.split('/')
  if (kind === 'cluster' && one && two) return { to: '/teams/$team/clusters/$cluster', params: { team: one, cluster: two } }
  if (kind === 'clusternamespace' && one && two) return { to: '/teams/$team/namespaces', params: { team: one } }
  if (kind === 'team' && one && one !== '?') return { to: '/teams/$team', params: { team: one } }
  if (kind === 'user' && one && one !== '?') return { to: '/admin/users/$user', params: { user: one } }
  if (kind === 'role' && one && one !== '?') return { to: '/admin/roles/role/$role', params: { role: one } }
  // The gateway says "TEAM/CLUSTER what".
  if (object.includes(' ') && kind && one && !two && !more) return { to: '/teams/$team/clusters/$cluster', params: { team: kind, cluster: one } }
  return null
}

/** The operation that a record speaks of by its id. */
export const operationIn = (detail: string | null | undefined): string | null =>
  /\boperation ([0-9a-f]{8}-[0-9a-f-]{27})\b/.exec(detail ?? '')?.[1] ?? null
