import { queryOptions } from '@tanstack/react-query'
import { api, ok } from '../client'
import type { Schema } from '../types'

export type Explanation = Schema<'Explanation'>
export type Parameter = Schema<'ExplainedParameter'>

/** Each parameter of a plan as a team meets it: what is set, locked and limited, by whom and why. */
export const explanationQuery = (plan: string, version: number | null, team: string) =>
  queryOptions({
    queryKey: ['Explanation', plan, version, team],
    queryFn: ({ signal }) =>
      ok(
        api.GET('/api/v1/plans/{name}/explanation', {
          params: { path: { name: plan }, query: { team, ...(version !== null && { version: String(version) }) } },
          signal,
        }),
      ),
    meta: { follows: ['Plan', 'PlanVersion', 'PlanPolicy'] },
  })
