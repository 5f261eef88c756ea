import { useQuery } from '@tanstack/react-query'
import { ruleTestQuery } from '@/api/kinds/accountRules'
import { useDebounced } from '@/lib/useDebounced'

/** Which rule holds for a team and a stage that somebody types. */
export function useRuleTest(team: string, stage: string) {
  const settled = useDebounced(stage.trim(), 300)
  const { data, error, isPending, refetch } = useQuery({ ...ruleTestQuery(team, settled), enabled: team !== '' })
  const asked = team !== ''
  return { answer: data, error, isAsking: asked && (isPending || settled !== stage.trim()), refetch }
}
