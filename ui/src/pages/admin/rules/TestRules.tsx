import { Form } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useForm, useWatch } from 'react-hook-form'
import { ruleTestQuery, type AccountRuleAnswer, type RuleVerdict } from '@/api/kinds/accountRules'
import { allTeamsQuery } from '@/api/kinds/teams'
import { SelectField, TextField } from '@/components/form/fields'
import { Failed, Loading } from '@/components/states'
import { StatusLabel } from '@/components/StatusLabel'
import { YamlView } from '@/components/YamlView'
import type { Status } from '@/lib/status'
import { command } from '@/lib/quote'
import { useDebounced } from '@/lib/useDebounced'

/** Which rule holds for a team and a stage, of those that are saved. */
export function TestRules({ rule }: { rule?: string }) {
  const teams = useQuery(allTeamsQuery)
  const { control } = useForm({ defaultValues: { testTeam: '', testStage: '' } })
  const { testTeam, testStage } = useWatch({ control })
  const stage = useDebounced((testStage ?? '').trim(), 300)
  const answer = useQuery({ ...ruleTestQuery(testTeam ?? '', stage), enabled: Boolean(testTeam) })
  const options = [{ value: '', label: 'Choose a team' }, ...(teams.data ?? []).map(({ metadata }) => ({ value: metadata.name, label: metadata.name }))]
  return (
    <section className="kore-card" aria-labelledby="test">
      <h2 id="test">Which rule holds?</h2>
      <Form onSubmit={(event) => event.preventDefault()}>
        <SelectField control={control} name="testTeam" label="Team" options={options} />
        <TextField control={control} name="testStage" label="Stage" hint="Of a cluster; empty for one without." placeholder="production" />
        <div role="status" className="kore-stack">
          {testTeam && answer.isPending && <Loading rows={2} what="Looking which rule holds" />}
          {answer.error && <Failed error={answer.error} onRetry={() => void answer.refetch()} />}
          {answer.data && <Answer answer={answer.data} rule={rule} />}
        </div>
      </Form>
    </section>
  )
}

function Answer({ answer, rule }: { answer: AccountRuleAnswer; rule: string | undefined }) {
  const whom = answer.stage ? `team ${answer.team} and stage ${answer.stage}` : `team ${answer.team} without a stage`
  return (
    <>
      <p>{answer.rule ? <>Rule {answer.rule === rule ? 'of this page' : <RuleLink rule={answer.rule} />} holds for {whom}.</> : <>No rule holds for {whom}: it gets no account.</>}</p>
      <ul className="kore-impact">
        {answer.verdicts.map((verdict) => (
          <li key={verdict.rule}>
            <StatusLabel status={status(verdict)} /> <RuleLink rule={verdict.rule} />: {verdict.why}
          </li>
        ))}
      </ul>
      <YamlView text={command(['kore', 'account-rule', 'test'], ['--team', answer.team], ['--stage', answer.stage])} what="command" />
    </>
  )
}

const RuleLink = ({ rule }: { rule: string }) => (
  <Link to="/admin/account-rules/$rule" params={{ rule }}>
    {rule}
  </Link>
)

const status = ({ result }: RuleVerdict): Status => (result === 'applies' ? { tone: 'ok', text: 'Holds', message: null } : { tone: 'off', text: 'Not', message: null })
