import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { newKey } from '@/api/client'
import { createAccount, type CloudAccount } from '@/api/kinds/accounts'
import { Equivalents } from '@/components/Equivalents'
import { SelectField, TextField } from '@/components/form/fields'
import { FormPage } from '@/components/form/FormPage'
import { useFormErrors } from '@/components/form/useFormErrors'
import { RuleAnswer } from '../rules/RuleAnswer'
import { useRuleTest } from '../rules/useRuleTest'
import { whyNoAccount } from '../rules/words'
import { accountsChanged } from './changed'
import { CloseField } from './CloseField'
import { byRuleCommand, FIELDS, givenAccount, LABELS } from './form'

/** The account that a team and a stage get by the rules: which one it is shows while somebody types. */
export function ByRule({ teams, team, stage }: { teams: readonly string[]; team: string; stage: string }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const [key] = useState(newKey)
  const form = useForm({ defaultValues: { team, stage, closeWhenDeleted: false } })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const tested = useRuleTest(values.team, values.stage)
  const answer = tested.isAsking ? undefined : tested.answer
  const body = answer?.account && !answer.account.exists ? givenAccount(answer.account, values.closeWhenDeleted) : null
  const create = useMutation({
    mutationFn: (given: CloudAccount) => createAccount(given, key),
    onSuccess: async ({ object }) => {
      await accountsChanged(client)
      await navigate({ to: '/admin/accounts/$account', params: { account: object.metadata.name } })
    },
  })
  useFormErrors(form, create.error, FIELDS)
  const { control } = form
  const blocked = values.team === '' ? 'Choose a team first.' : answer ? whyNoAccount(answer) : 'Which account they get is looked up.'
  return (
    <div className="kore-columns">
      <div className="kore-card kore-grow">
        <FormPage
          guard={{ permission: 'cloud.write', blocked }}
          action="Create account"
          onSubmit={(event) => void form.handleSubmit(() => body && create.mutate(body))(event)}
          onCancel={() => void navigate({ to: '/admin/accounts' })}
          isSaving={create.isPending}
          error={create.error}
          errorTitle="The account was not created"
          fields={FIELDS}
          labels={LABELS}
          equivalents={
            <Equivalents
              cli={byRuleCommand(values.team, values.stage, values.closeWhenDeleted)}
              yaml={body ?? undefined}
              api={{ method: 'POST', path: '/api/v1/cloudaccounts', ...(body && { body }) }}
            />
          }
        >
          <SelectField control={control} name="team" label={LABELS.team} required="Choose a team." options={[{ value: '', label: 'Choose a team' }, ...teams.map((name) => ({ value: name, label: name }))]} />
          <TextField control={control} name="stage" label={LABELS.stage} hint="Of the clusters in it; empty for clusters without one." placeholder="production" />
          <CloseField control={control} />
        </FormPage>
      </div>
      <section className="kore-card kore-side kore-beside" aria-labelledby="given">
        <h2 id="given">Which account it is</h2>
        {values.team === '' ? <p>Choose a team: then the rule that holds, and the account that it gives, show here.</p> : <RuleAnswer tested={tested} />}
      </section>
    </div>
  )
}
