import type { AccountRuleAnswer } from '@/api/kinds/accountRules'
import { newAccount, type CloudAccount } from '@/api/kinds/accounts'
import { command } from '@/lib/quote'

export const FIELDS = {
  name: '/metadata/name', organization: '/spec/organization', team: '/spec/team', stage: '/spec/stage',
  unit: '/spec/organizationalUnit', closeWhenDeleted: '/spec/closeWhenDeleted',
}
export const LABELS = {
  name: 'Name', organization: 'Cloud', team: 'Team', stage: 'Stage', unit: 'Unit', closeWhenDeleted: 'Close the account when it is deleted here',
}

export interface AccountValues {
  name: string
  organization: string
  team: string
  stage: string
  unit: string
  closeWhenDeleted: boolean
}

export function valuesOf(account: CloudAccount | undefined, otherwise: Partial<AccountValues> = {}): AccountValues {
  const spec = account?.spec
  return {
    name: account?.metadata.name ?? '', organization: spec?.organization ?? otherwise.organization ?? '', team: spec?.team ?? otherwise.team ?? '',
    stage: spec?.stage ?? otherwise.stage ?? '', unit: spec?.organizationalUnit ?? '', closeWhenDeleted: spec?.closeWhenDeleted ?? false,
  }
}

/** The object that a form says; of one that is there, whose it is and by which rule stays. */
export function accountOf(values: AccountValues, before?: CloudAccount): CloudAccount {
  const [stage, unit] = [values.stage.trim(), values.unit.trim()]
  const rule = before?.spec.rule
  return newAccount(before?.metadata.name ?? values.name.trim(), {
    organization: values.organization,
    team: values.team,
    ...(stage && { stage }),
    ...(rule && { rule }),
    ...(unit && { organizationalUnit: unit }),
    ...(values.closeWhenDeleted && { closeWhenDeleted: true }),
  })
}

/** The account that a rule gives. */
export const givenAccount = ({ name, spec }: NonNullable<AccountRuleAnswer['account']>, closeWhenDeleted: boolean): CloudAccount =>
  newAccount(name, { ...spec, ...(closeWhenDeleted && { closeWhenDeleted }) })

/** The command line that has one made by hand. */
export const createCommand = ({ metadata, spec }: CloudAccount): string =>
  command(
    ['kore', 'account', 'create'],
    metadata.name || 'NAME',
    ['--team', spec.team || 'TEAM'],
    ['--cloud', spec.organization || 'CLOUD'],
    ['--stage', spec.stage],
    ['--unit', spec.organizationalUnit],
    ['--close-when-deleted', spec.closeWhenDeleted],
  )

/** The command line that has the one made that the rules give. */
export const byRuleCommand = (team: string, stage: string, closeWhenDeleted: boolean): string =>
  command(['kore', 'account', 'create'], ['--team', team || 'TEAM'], ['--stage', stage.trim()], ['--close-when-deleted', closeWhenDeleted])

/** The command line that changes one. A unit that is taken away again, only a file says. */
export function editCommand({ metadata, spec }: CloudAccount, before: CloudAccount): string {
  if (before.spec.organizationalUnit && !spec.organizationalUnit) return 'kore apply -f FILE'
  const [closes, closed] = [spec.closeWhenDeleted ?? false, before.spec.closeWhenDeleted ?? false]
  return command(
    ['kore', 'account', 'edit'],
    metadata.name,
    ['--unit', spec.organizationalUnit],
    ['--close-when-deleted', closes],
    ['--keep-when-deleted', closed && !closes],
  )
}
