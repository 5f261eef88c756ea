import type { TrustedIssuer, TrustRule } from '@/api/kinds/robots'
import type { Argument } from '@/lib/quote'

export const GITHUB = 'https://token.actions.githubusercontent.com'
export const GITLAB = 'https://gitlab.com'

export type Profile = 'github' | 'gitlab' | 'kubernetes' | 'other'

/** The form of a rule: whose tokens, and which of them. */
export interface Trust {
  profile: Profile
  issuer: string
  audience: string
  repositoryId: string
  ownerId: string
  projectId: string
  groupId: string
  environment: string
  ref: string
  workflow: string
  isProtected: boolean
  podNamespace: string
  serviceAccount: string
  claims: string
}

export const emptyTrust = (audience: string): Trust => ({
  profile: 'github', issuer: GITHUB, audience, repositoryId: '', ownerId: '', projectId: '', groupId: '', environment: '', ref: '',
  workflow: '', isProtected: false, podNamespace: '', serviceAccount: '', claims: '',
})

/** The claims that a profile asks for: the field of the form, the claim, and the flag that says it. */
const CLAIMS: Record<Profile, readonly (readonly [field: keyof Trust, claim: string, flag: string])[]> = {
  github: [
    ['repositoryId', 'repository_id', '--repository-id'],
    ['ownerId', 'repository_owner_id', '--repository-owner-id'],
    ['environment', 'environment', '--environment'],
    ['ref', 'ref', '--ref'],
    ['workflow', 'job_workflow_ref', '--workflow'],
  ],
  gitlab: [
    ['projectId', 'project_id', '--project-id'],
    ['groupId', 'namespace_id', '--namespace-id'],
    ['environment', 'environment', '--environment'],
    ['ref', 'ref', '--ref'],
  ],
  kubernetes: [
    ['podNamespace', '/kubernetes.io/namespace', '--namespace'],
    ['serviceAccount', '/kubernetes.io/serviceaccount/name', '--service-account'],
  ],
  other: [],
}

/** `name=text`, `name:=7` or `name:=true`, a line each; what cannot be read is left out. */
export function claimLines(text: string): [string, string | number | boolean][] {
  return text.split('\n').flatMap((line): [string, string | number | boolean][] => {
    const found = /^\s*([^=]+?)(:?)=(.*)$/.exec(line)
    if (!found) return []
    const [, name = '', typed, value = ''] = found
    if (!typed) return [[name, value.trim()]]
    if (/^-?\d+$/.test(value.trim())) return [[name, Number(value)]]
    return value.trim() === 'true' || value.trim() === 'false' ? [[name, value.trim() === 'true']] : []
  })
}

/** The rule that the form describes. */
export function ruleOf(trust: Trust): TrustRule {
  const named = CLAIMS[trust.profile].flatMap(([field, claim]) => {
    const value = String(trust[field]).trim()
    return value ? [[claim, value]] : []
  })
  const guarded = trust.profile === 'gitlab' && trust.isProtected ? [['ref_protected', 'true']] : []
  return {
    issuer: trust.issuer.trim(),
    audience: trust.audience.trim(),
    claims: Object.fromEntries([...named, ...guarded, ...claimLines(trust.claims)]) as TrustRule['claims'],
    maxMinutes: 15,
  }
}

/** What `kore robot trust add` is given for it. */
export function trustArguments(trust: Trust): Argument[] {
  const usual = trust.profile === 'github' ? GITHUB : trust.profile === 'gitlab' ? GITLAB : ''
  return [
    ...(trust.profile === 'other' ? [] : [`--${trust.profile}`]),
    ['--issuer', trust.issuer === usual ? '' : trust.issuer.trim()],
    ...CLAIMS[trust.profile].map(([field, , flag]): Argument => [flag, String(trust[field]).trim()]),
    ['--ref-protected', trust.profile === 'gitlab' && trust.isProtected],
    ...trust.claims.split('\n').filter((line) => claimLines(line).length > 0).map((line): Argument => ['--claim', line.trim()]),
    ['--audience', trust.audience.trim()],
  ]
}

/** What the server calls wrong, and the field of the form that fills it; `at` is where the rule is. */
export const trustFields = (at: string): Record<string, string> => ({
  issuer: `${at}/issuer`,
  audience: `${at}/audience`,
  repositoryId: `${at}/claims/repository_id`,
  ownerId: `${at}/claims/repository_owner_id`,
  projectId: `${at}/claims/project_id`,
  groupId: `${at}/claims/namespace_id`,
  environment: `${at}/claims/environment`,
  ref: `${at}/claims/ref`,
  workflow: `${at}/claims/job_workflow_ref`,
  podNamespace: `${at}/claims/~1kubernetes.io~1namespace`,
  serviceAccount: `${at}/claims/~1kubernetes.io~1serviceaccount~1name`,
  claims: `${at}/claims`,
})

export const TRUST_LABELS: Record<string, string> = {
  issuer: 'Issuer', audience: 'Audience', repositoryId: 'Number of the repository', ownerId: 'Number of its owner',
  projectId: 'Number of the project', groupId: 'Number of its group or user', environment: 'Environment', ref: 'Branch or tag',
  workflow: 'Workflow', podNamespace: 'Namespace of the pods', serviceAccount: 'Service account', claims: 'Further claims',
}

/** The profile of an issuer: those of GitHub and GitLab are known, others an administrator has added. */
export function profileOf(issuer: string, issuers: readonly TrustedIssuer[]): Profile {
  if (issuer === GITHUB) return 'github'
  if (issuer === GITLAB) return 'gitlab'
  return issuers.find(({ spec }) => spec.issuer === issuer)?.spec.profile ?? 'other'
}

/** Guesses by what a rule names, where nobody says which profile its issuer has. */
export function profileOfRule(rule: TrustRule): Profile {
  if ('repository_id' in rule.claims) return 'github'
  if ('project_id' in rule.claims) return 'gitlab'
  return '/kubernetes.io/namespace' in rule.claims ? 'kubernetes' : 'other'
}
