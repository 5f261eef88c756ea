/** What a permission is about: where it is asked. */
export type About = 'platform' | 'team' | 'cluster'

/** Every permission that there is, in the order of docs/roles.md; a test holds the two together. */
export const PERMISSIONS: readonly { name: string; about: About; text: string }[] = [
  { name: 'team.list', about: 'platform', text: 'List the teams that one can see' },
  { name: 'team.create', about: 'platform', text: 'Make a team' },
  { name: 'team.read', about: 'team', text: 'Read a team' },
  { name: 'team.update', about: 'team', text: 'Change a team' },
  { name: 'team.delete', about: 'team', text: 'Delete a team' },
  { name: 'membership.read', about: 'team', text: 'See who is in a team' },
  { name: 'membership.write', about: 'team', text: 'Add, change and remove members' },
  { name: 'plan.read', about: 'platform', text: 'Read plans and plan versions' },
  { name: 'plan.write', about: 'platform', text: 'Make, change, publish and delete plans' },
  { name: 'cluster.read', about: 'cluster', text: 'Read clusters' },
  { name: 'cluster.create', about: 'team', text: 'Make a cluster' },
  { name: 'cluster.update', about: 'cluster', text: 'Change a cluster' },
  { name: 'cluster.delete', about: 'cluster', text: 'Delete a cluster' },
  { name: 'namespace.read', about: 'cluster', text: "Read a cluster's namespaces" },
  { name: 'namespace.write', about: 'cluster', text: "Make, change and delete a cluster's namespaces" },
  { name: 'cluster.enter', about: 'cluster', text: 'Get into a cluster: part of everything that one may do there' },
  { name: 'cluster.accessView', about: 'cluster', text: 'Use a cluster, reading only' },
  { name: 'cluster.accessDeploy', about: 'cluster', text: "Deploy into a cluster's namespaces, without reading Secrets or opening shells" },
  { name: 'cluster.accessEdit', about: 'cluster', text: 'Use a cluster: change what runs there, and open shells in it' },
  { name: 'cluster.accessAdmin', about: 'cluster', text: 'Use a cluster as its administrator' },
  { name: 'operation.read', about: 'team', text: 'Read operations' },
  { name: 'operation.retry', about: 'cluster', text: 'Have what failed tried again now' },
  { name: 'audit.readTeam', about: 'team', text: "Read a team's audit trail" },
  { name: 'audit.readPlatform', about: 'platform', text: 'Read the whole audit trail' },
  { name: 'user.read', about: 'platform', text: 'Read users' },
  { name: 'user.write', about: 'platform', text: 'Make, change and delete users' },
  { name: 'management.read', about: 'platform', text: 'Read the management cluster through the gateway' },
  { name: 'cluster.accessPlatform', about: 'cluster', text: "Use a cluster as the platform's administrator: Kubernetes' cluster-admin" },
  { name: 'role.read', about: 'platform', text: 'Read roles' },
  { name: 'role.write', about: 'platform', text: 'Make, change and delete roles' },
  { name: 'roleBinding.read', about: 'team', text: 'See which roles are bound in a team' },
  { name: 'roleBinding.write', about: 'team', text: 'Bind roles in a team, and unbind them' },
  { name: 'elevation.request', about: 'platform', text: 'Ask for a role for a while' },
  { name: 'elevation.decide', about: 'team', text: 'Approve and refuse what others ask for, and end it' },
  { name: 'access.review', about: 'team', text: 'Ask what others may do' },
  { name: 'robot.read', about: 'team', text: "See a team's robots" },
  { name: 'robot.write', about: 'team', text: "Make, change and delete a team's robots, and give them credentials" },
  { name: 'session.own', about: 'platform', text: "See and end one's own sessions; those of others take the permissions over users" },
  { name: 'identityProvider.read', about: 'platform', text: 'Read identity providers' },
  { name: 'identityProvider.write', about: 'platform', text: 'Make, change, try and delete identity providers, and decide how people sign in' },
  { name: 'issuer.read', about: 'platform', text: 'See which issuers robots may trust' },
  { name: 'issuer.write', about: 'platform', text: 'Let robots trust issuers, and stop it' },
  { name: 'policy.read', about: 'platform', text: 'Read policies over plans, and plans that are for other teams' },
  { name: 'policy.write', about: 'platform', text: 'Make, change and delete policies over plans, and set the labels of teams that they go by' },
  { name: 'guardrail.waive', about: 'platform', text: 'Let a guardrail not hold in a namespace for a while' },
  { name: 'quota.read', about: 'team', text: 'See what a team may have, and what it has' },
  { name: 'quota.write', about: 'platform', text: 'Set what teams may have' },
  { name: 'address.read', about: 'platform', text: 'See pools of addresses, and who has which range' },
  { name: 'address.write', about: 'platform', text: 'Make, change and delete pools of addresses, and record ranges that are taken elsewhere' },
  { name: 'cloud.read', about: 'platform', text: 'See clouds, what Kore may do there, and which rules give teams accounts' },
  { name: 'cloud.write', about: 'platform', text: 'Connect clouds, have them checked, and set which teams get which accounts' },
]

const TEXTS = new Map(PERMISSIONS.map(({ name, text }) => [name, text]))

/** What a permission allows, in words; its name when it is newer than this page. */
export const permissionText = (name: string): string => TEXTS.get(name) ?? name

/** Permissions in groups by what they are for, as `cluster` for `cluster.read`. */
export function grouped(names: readonly string[]): [group: string, names: string[]][] {
  const groups = new Map<string, string[]>()
  for (const name of names) {
    const group = name.split('.')[0] ?? name
    groups.set(group, [...(groups.get(group) ?? []), name])
  }
  return [...groups]
}
