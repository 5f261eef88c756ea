import { createBinding, newBinding } from '@/api/kinds/roleBindings'
import { createRobot, newRobot } from '@/api/kinds/robots'
import { command } from '@/lib/quote'
import type { PlaceValues } from '../../access/PlaceFields'
import { scopeOf, scopePath } from '../../access/scope'
import { ruleOf, trustArguments, type Trust } from './trust'

export type Proof = 'trust' | 'token' | 'later'

export interface Values extends Trust, PlaceValues {
  name: string
  description: string
  proof: Proof
  role: string
}

export const PROOFS: readonly { value: Proof; label: string; text: string }[] = [
  { value: 'trust', label: 'By trust: its own CI system or cluster vouches for it', text: 'First choice. There is no secret that could be lost.' },
  { value: 'token', label: 'By a static token', text: 'Second choice, where nothing can be trusted: a secret of 90 days at most that you store and rotate.' },
  { value: 'later', label: 'Not yet', text: 'You say so on its page.' },
]

interface Making {
  key: string
  grantKey: string
  /** It was made by an attempt before, of which another part failed. */
  isMade: boolean
  onMade: () => void
}

/** Makes a robot with whom it trusts, and gives it its role. What is done already is not done again. */
export async function makeRobot(team: string, values: Values, { key, grantKey, isMade, onMade }: Making): Promise<void> {
  const name = values.name.trim()
  if (!isMade) {
    const trust = values.proof === 'trust' ? [ruleOf(values)] : undefined
    await createRobot(newRobot(team, name, { description: values.description.trim() || undefined, trust }), key)
    onMade()
  }
  if (!values.role) return
  await createBinding(newBinding({ subject: `robot:${team}/${name}`, role: values.role, scope: scopeOf(values) }), grantKey)
}

/** The same on the command line. */
export function lines(team: string, values: Values): string {
  const robot = `${team}/${values.name.trim() || 'NAME'}`
  return [
    command(['kore', 'robot', 'create'], robot, ['--description', values.description.trim()]),
    ...(values.proof === 'trust' ? [command(['kore', 'robot', 'trust', 'add'], robot, ...trustArguments(values))] : []),
    ...(values.role ? [command(['kore', 'access', 'grant'], robot, values.role, scopePath(values))] : []),
    ...(values.proof === 'token' ? [command(['kore', 'robot', 'token', 'create'], robot, ['-o', 'env'])] : []),
  ].join('\n')
}
