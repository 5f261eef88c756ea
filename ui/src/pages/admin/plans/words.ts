import type { PlanVersion, Stage } from '@/api/kinds/plans'
import type { Status } from '@/lib/status'

/** How many clusters use a plan, over all of its versions. */
export const usedBy = (versions: readonly PlanVersion[], plan: string): number =>
  versions.filter(({ spec }) => spec.plan === plan).reduce((sum, { status }) => sum + (status?.usedBy ?? 0), 0)

/** How a version is. */
export function stageStatus(stage: Stage | undefined, reason?: string | null): Status {
  switch (stage) {
    case 'draft':
      return { tone: 'busy', text: 'Draft', message: 'It may change, and no cluster can be made of it.' }
    case 'deprecated':
      return { tone: 'warn', text: 'Deprecated', message: reason ?? null }
    case 'retired':
      return { tone: 'off', text: 'Retired', message: reason ?? null }
    default:
      return { tone: 'ok', text: 'Published', message: null }
  }
}

export const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`
