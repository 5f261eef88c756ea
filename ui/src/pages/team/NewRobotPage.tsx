import { Radio } from '@patternfly/react-core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { Controller, useForm, useWatch } from 'react-hook-form'
import { newKey } from '@/api/client'
import { createToken, newRobot, type NewToken } from '@/api/kinds/robots'
import { keys } from '@/api/resource'
import { Equivalents } from '@/components/Equivalents'
import { Group, TextField } from '@/components/form/fields'
import { FormPage } from '@/components/form/FormPage'
import { useFormErrors } from '@/components/form/useFormErrors'
import { PageFrame } from '@/components/PageFrame'
import { Permitted } from '@/components/Permitted'
import { PLACE_FIELDS, PLACE_LABELS, PlaceFields } from '../access/PlaceFields'
import { RoleField } from '../access/RoleField'
import { lines, makeRobot, PROOFS, type Proof, type Values } from './robots/create'
import { ShowToken } from './robots/ShowToken'
import { emptyTrust, ruleOf, trustFields, TRUST_LABELS } from './robots/trust'
import { TrustFields } from './robots/TrustFields'
import './team.css'

const FIELDS = { name: '/metadata/name', description: '/spec/description', ...trustFields('/spec/trust/0'), role: '/spec/role', ...PLACE_FIELDS }
const LABELS = { name: 'Name', description: 'What it is for', ...TRUST_LABELS, role: 'Role', ...PLACE_LABELS }

/** A form for a robot: how it proves itself, and what it may do, at once. */
export function NewRobotPage() {
  const { team } = useParams({ from: '/shell/teams/$team' })
  const navigate = useNavigate()
  const client = useQueryClient()
  const [key] = useState(newKey)
  const [grantKey] = useState(newKey)
  const [made, setMade] = useState(false)
  const [token, setToken] = useState<NewToken | null>(null)
  const form = useForm<Values>({ defaultValues: { name: '', description: '', proof: 'trust', role: '', team, cluster: '', namespace: '', ...emptyTrust(location.origin) } })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const show = (robot: string) => navigate({ to: '/teams/$team/robots/$robot', params: { team, robot } })
  const create = useMutation({
    mutationFn: async (given: Values) => {
      await makeRobot(team, given, { key, grantKey, isMade: made, onMade: () => setMade(true) })
      return given.proof === 'token' ? createToken(team, given.name.trim(), { name: 'ci' }) : null
    },
    onSettled: () => Promise.all([client.invalidateQueries({ queryKey: keys.kind('Robot') }), client.invalidateQueries({ queryKey: keys.kind('RoleBinding') })]),
    onSuccess: async (secret, { name }) => {
      if (secret) setToken(secret)
      else await show(name.trim())
    },
  })
  useFormErrors(form, create.error, FIELDS)
  const body = newRobot(team, values.name.trim(), { description: values.description.trim() || undefined, trust: values.proof === 'trust' ? [ruleOf(values)] : undefined })
  const crumbs = [
    { text: team, to: '/teams/$team', params: { team } },
    { text: 'Robots', to: '/teams/$team/robots', params: { team } },
  ] as const
  return (
    <PageFrame title="Create robot" crumbs={crumbs}>
      <Permitted permission="robot.write" team={team}>
        <div className="kore-card kore-form-card">
          <FormPage
            action="Create robot"
            onSubmit={(event) => void form.handleSubmit((given) => create.mutate(given))(event)}
            onCancel={() => void navigate({ to: '/teams/$team/robots', params: { team } })}
            isSaving={create.isPending}
            error={create.error}
            errorTitle={made ? 'The robot is made, but not all of what it was to get' : 'The robot was not made'}
            fields={FIELDS}
            labels={LABELS}
            equivalents={<Equivalents cli={lines(team, values)} yaml={body} api={{ method: 'POST', path: `/api/v1/teams/${team}/robots`, body }} />}
          >
            <TextField control={form.control} name="name" label={LABELS.name} required="A robot has a name." hint="Lower case letters, digits and -, as in ci. It stays." isDisabled={made} />
            <TextField control={form.control} name="description" label={LABELS.description} hint="As in “deploys the shop”." isDisabled={made} />
            <Controller
              name="proof"
              control={form.control}
              render={({ field }) => (
                <Group title="How it proves itself">
                  {PROOFS.map(({ value, label, text }) => (
                    <Radio key={value} id={`proof-${value}`} name="proof" label={label} description={text} isDisabled={made} isChecked={field.value === value} onChange={() => field.onChange(value satisfies Proof)} />
                  ))}
                </Group>
              )}
            />
            {values.proof === 'trust' && <TrustFields form={form} />}
            <Group title="What it may do" text="Nothing, until it has a role. You can give it no more than you have yourself.">
              <RoleField control={form.control} name="role" none="Nothing yet" />
              <PlaceFields control={form.control} setValue={form.setValue} team={team} />
            </Group>
          </FormPage>
        </div>
      </Permitted>
      {token && <ShowToken team={team} robot={values.name.trim()} token={token} onClose={() => void show(values.name.trim())} />}
    </PageFrame>
  )
}
