import { Form } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useForm, useWatch } from 'react-hook-form'
import { allTeamsQuery } from '@/api/kinds/teams'
import { ActionButton } from '@/components/ActionButton'
import { SelectField, TextField } from '@/components/form/fields'
import { RuleAnswer } from './RuleAnswer'
import { useRuleTest } from './useRuleTest'

/** Which rule holds for a team and a stage, of those that are saved, and which account it gives. */
export function TestRules({ rule }: { rule?: string }) {
  const navigate = useNavigate()
  const teams = useQuery(allTeamsQuery)
  const { control } = useForm({ defaultValues: { testTeam: '', testStage: '' } })
  const { testTeam = '', testStage = '' } = useWatch({ control })
  const tested = useRuleTest(testTeam, testStage)
  const options = [{ value: '', label: 'Choose a team' }, ...(teams.data ?? []).map(({ metadata }) => ({ value: metadata.name, label: metadata.name }))]
  const make = () => void navigate({ to: '/admin/accounts/-/new', search: { team: testTeam, stage: testStage.trim() || undefined } })
  return (
    <section className="kore-card" aria-labelledby="test">
      <h2 id="test">Which rule holds?</h2>
      <Form onSubmit={(event) => event.preventDefault()}>
        <SelectField control={control} name="testTeam" label="Team" options={options} />
        <TextField control={control} name="testStage" label="Stage" hint="Of a cluster; empty for one without." placeholder="production" />
        <RuleAnswer tested={tested} rule={rule}>
          <ActionButton permission="cloud.write" variant="secondary" size="sm" onClick={make}>
            Create this account…
          </ActionButton>
        </RuleAnswer>
      </Form>
    </section>
  )
}
