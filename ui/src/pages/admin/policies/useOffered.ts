import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { allPlansQuery, explanationQuery } from '@/api/kinds/plans'
import { allTeamsQuery } from '@/api/kinds/teams'
import { pathsOf, policySchema } from './schema'

/** What a policy's form asks and offers: plans and parameters of its provider, which another one does not have. */
export function useOffered(provider: string, isNew: boolean, isChanging: boolean): unknown {
  const { data: plans } = useQuery(allPlansQuery)
  const { data: teams } = useQuery(allTeamsQuery)
  const sample = plans?.find(({ spec }) => spec.provider === provider && spec.currentVersion)?.metadata.name
  // What parameters there are is for who changes something.
  const { data: explanation } = useQuery({ ...explanationQuery(sample ?? ''), enabled: isChanging && sample !== undefined })
  return useMemo(
    () =>
      policySchema({
        paths: pathsOf(sample === undefined ? [] : (explanation?.parameters ?? [])),
        plans: plans?.filter(({ spec }) => spec.provider === provider).map(({ metadata }) => metadata.name) ?? [],
        teams: teams?.map(({ metadata }) => metadata.name) ?? [],
        provider,
        isNew,
      }),
    [explanation, plans, teams, sample, provider, isNew],
  )
}
