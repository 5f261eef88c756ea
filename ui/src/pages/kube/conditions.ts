import type { Condition } from '@/api/types'
import type { KubeCondition } from '@/lib/kube/types'

/** Kubernetes' conditions, of which some leave out what Kore's always say. */
export const conditionsOf = (given: readonly KubeCondition[] | undefined): Condition[] =>
  (given ?? []).map(({ type, status, reason, message, lastTransitionTime }) => ({
    type,
    status,
    reason: reason ?? '–',
    message: message ?? '',
    lastTransitionTime: lastTransitionTime ?? '',
  }))
