import type { CloudAccount } from '@/api/kinds/accounts'

/** Whose an account is, and where. */
export const aboutWords = ({ spec }: CloudAccount): string => `${spec.team ? `Account of team ${spec.team}` : 'Account of all teams that rules give it,'} in cloud ${spec.organization}${spec.stage ? `, for clusters of stage ${spec.stage}` : ''}.`

/** What becomes of it in the cloud when it is deleted here, and what else happens: a line each. */
export function fateOf({ spec, status }: CloudAccount): string[] {
  const number = status?.account
  if (spec.closeWhenDeleted) {
    return [
      number ? `Account ${number} is closed in the cloud, with everything in it: what runs there stops, and its data is gone.` : 'What was made of it in the cloud is closed, with everything in it.',
      'The address of its root user cannot be used for another account.',
    ]
  }
  return [
    number ? `Account ${number} stays in the cloud as it is, with everything in it.` : 'What was made of it in the cloud stays as it is.',
    'Kore forgets it, and makes no clusters in it any more.',
    ...(spec.rule ? [`What rule ${spec.rule} gives the team after that is another account.`] : []),
  ]
}
