import type { Deed } from '@/api/kube/rights'
import { WORKLOADS, type Plural } from '@/lib/kube/workloads'

type May = (deed: Deed, words: string) => string | null

export const LOGS: Deed = { verb: 'get', resource: 'pods/log' }

/** Why no shell can be opened, if so. Browsers open one by a GET; newer clusters ask for the right to create it as well. */
export const canExec = (may: May): string | null =>
  may({ verb: 'create', resource: 'pods/exec' }, 'open shells') ?? may({ verb: 'get', resource: 'pods/exec' }, 'open shells from a browser')

const groupOf = (plural: Plural) => WORKLOADS[plural].base.split('/')[2] ?? ''

export const mayRestart = (may: May, plural: Plural, name: string): string | null =>
  may({ verb: 'patch', group: groupOf(plural), resource: plural, name }, `restart ${plural}`)

export const mayScale = (may: May, plural: Plural, name: string): string | null =>
  may({ verb: 'patch', group: groupOf(plural), resource: `${plural}/scale`, name }, `scale ${plural}`)
