import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { newKey } from '@/api/client'
import { createRule, replaceRule, type AccountRule } from '@/api/kinds/accountRules'
import { keys } from '@/api/resource'
import { Equivalents } from '@/components/Equivalents'
import { AllocationFields } from '@/components/form/Allocation'
import { CheckField, Group, SelectField, TextField } from '@/components/form/fields'
import { FormPage } from '@/components/form/FormPage'
import { useFormErrors } from '@/components/form/useFormErrors'
import { FIELDS, GUARDRAILS, LABELS, MODES, ruleCommand, ruleOf, valuesOf, type RuleValues } from './form'

/** A rule: a new one, or what changes of one. */
export function RuleForm({ rule, clouds }: { rule?: AccountRule; clouds: readonly string[] }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const [key] = useState(newKey)
  const form = useForm<RuleValues>({ defaultValues: valuesOf(rule, clouds[0]) })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const save = useMutation({
    mutationFn: (given: RuleValues) => {
      const next = ruleOf(given, rule)
      return rule ? replaceRule(rule, next.spec) : createRule(next, key)
    },
    onSuccess: async ({ metadata }) => {
      await client.invalidateQueries({ queryKey: keys.kind('AccountRule') })
      await navigate({ to: '/admin/account-rules/$rule', params: { rule: metadata.name } })
    },
  })
  useFormErrors(form, save.error, FIELDS)
  const body = ruleOf(values, rule)
  const path = '/api/v1/accountrules'
  const { control } = form
  return (
    <FormPage
      guard={{ permission: 'cloud.write', blocked: clouds.length === 0 ? 'No cloud is connected yet.' : null }}
      action={rule ? 'Save rule' : 'Create rule'}
      onSubmit={(event) => void form.handleSubmit((given) => save.mutate(given))(event)}
      onCancel={() => void navigate({ to: '/admin/account-rules' })}
      isSaving={save.isPending}
      error={save.error}
      errorTitle={rule ? 'The rule was not changed' : 'The rule was not created'}
      fields={FIELDS}
      labels={LABELS}
      equivalents={
        <Equivalents
          cli={ruleCommand(body, rule)}
          yaml={body}
          api={rule ? { method: 'PUT', path: `${path}/${rule.metadata.name}`, body, ifMatch: `"${rule.metadata.resourceVersion ?? ''}"` } : { method: 'POST', path, body }}
        />
      }
    >
      {!rule && (
        <>
          <TextField control={control} name="name" label={LABELS.name} hint="Lower case letters, digits and -. It stays." required="A rule has a name." placeholder="production" />
          <SelectField control={control} name="organization" label={LABELS.organization} hint="It stays." required="No cloud is connected yet." options={clouds.map((name) => ({ value: name, label: name }))} />
        </>
      )}
      <TextField control={control} name="description" label={LABELS.description} />
      <AllocationFields control={control} errors={form.formState.errors} />
      <TextField control={control} name="stages" label={LABELS.stages} hint="Stages of clusters, with commas between; empty for every stage." placeholder="production" />
      <TextField control={control} name="priority" label={LABELS.priority} hint="Of several rules that are for a team, the one with the highest holds." placeholder="0" />
      <Group title="Accounts">
        <SelectField control={control} name="mode" label={LABELS.mode} options={MODES} />
        {values.mode === 'existing' && <TextField control={control} name="account" label={LABELS.account} hint="12 digits." required="Say which account there is." placeholder="123456789012" />}
        <TextField control={control} name="unit" label={LABELS.unit} hint="A unit below Kore’s own that the accounts are in; empty for Kore’s own." placeholder="Production" />
        <TextField control={control} name="amount" label={LABELS.amount} hint="What each account may cost a month before somebody is told; empty for no budget." placeholder="500" />
        {values.amount.trim() !== '' && <TextField control={control} name="currency" label={LABELS.currency} placeholder="USD" />}
      </Group>
      <Group title="Guardrails" text="What nobody in the accounts can do, whatever rights they have there.">
        {GUARDRAILS.map(({ name, text }) => (
          <CheckField key={name} control={control} name={name} label={text} />
        ))}
      </Group>
    </FormPage>
  )
}
