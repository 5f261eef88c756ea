import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Form } from '@patternfly/react-core'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { replaceTeam } from '@/api/kinds/teams'
import { keys } from '@/api/resource'
import type { Team } from '@/api/types'
import { ActionButton } from '@/components/ActionButton'
import { Equivalents } from '@/components/Equivalents'
import { ErrorSummary } from '@/components/form/ErrorSummary'
import { LinesField, TextField } from '@/components/form/fields'
import { useFormErrors } from '@/components/form/useFormErrors'
import { command } from '@/lib/quote'
import { labelLines, labelsOf } from './labels'

interface Values {
  displayName: string
  description: string
  labels: string
}

const FIELDS = { displayName: '/spec/displayName', description: '/spec/description', labels: '/metadata/labels' }
const LABELS = { displayName: 'Display name', description: 'Description', labels: 'Labels' }

const valuesOf = ({ metadata, spec }: Team): Values => ({
  displayName: spec.displayName ?? '',
  description: spec.description ?? '',
  labels: labelLines(metadata.labels),
})

/** How people read a team, and by what labels it is found. */
export function EditTeam({ found }: { found: Team }) {
  const client = useQueryClient()
  // What was read when the form began; the server says when it is older than the truth.
  const [begun, setTeam] = useState(found)
  // What Kore observes meanwhile is nobody's change: then it is the team as it is now that is changed.
  const team = JSON.stringify(valuesOf(found)) === JSON.stringify(valuesOf(begun)) ? found : begun
  const form = useForm<Values>({ defaultValues: valuesOf(team) })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const bodyOf = ({ displayName, description, labels }: Values): Team => ({
    ...team,
    metadata: { ...team.metadata, labels: labelsOf(labels, team.metadata.labels) },
    spec: { ...team.spec, displayName: displayName.trim() || undefined, description: description.trim() || undefined },
  })
  const change = useMutation({
    mutationFn: (given: Values) => replaceTeam(bodyOf(given)),
    onSuccess: async (now) => {
      setTeam(now)
      form.reset(valuesOf(now))
      await client.invalidateQueries({ queryKey: keys.kind('Team') })
    },
  })
  useFormErrors(form, change.error, FIELDS)
  const { name, resourceVersion } = team.metadata
  const body = bodyOf(values)
  const before = valuesOf(team)
  const said = command(
    ['kore', 'team', 'edit'],
    name,
    ['--display-name', values.displayName.trim() === before.displayName ? '' : values.displayName.trim()],
    ['--description', values.description.trim() === before.description ? '' : values.description.trim()],
  )
  const cli = values.labels.trim() === before.labels ? said : `${command(['kore', 'edit', 'team'], name)}    # labels, in your editor`
  const isSame = JSON.stringify(values) === JSON.stringify(before)
  const reload = () => {
    setTeam(found)
    form.reset(valuesOf(found))
    change.reset()
  }
  return (
    <section className="kore-card">
      <h2>Team</h2>
      <Form onSubmit={(event) => void form.handleSubmit((given) => change.mutate(given))(event)} noValidate>
        {Boolean(change.error) && <ErrorSummary error={change.error} title="The team was not changed" fields={FIELDS} labels={LABELS} />}
        <TextField control={form.control} name="displayName" label={LABELS.displayName} hint={`How people read it; its name stays ${name}.`} />
        <LinesField control={form.control} name="description" label={LABELS.description} />
        <LinesField control={form.control} name="labels" label={LABELS.labels} rows={3} hint="key=value, a line each. A label by which plans or policies are given to teams is for platform administrators." />
        <Equivalents
          cli={cli}
          yaml={{ apiVersion: body.apiVersion, kind: body.kind, metadata: { name, labels: body.metadata.labels }, spec: body.spec }}
          api={{
            method: 'PATCH',
            path: `/api/v1/teams/${name}`,
            ifMatch: `"${resourceVersion ?? ''}"`,
            body: { metadata: { labels: body.metadata.labels }, spec: { displayName: body.spec.displayName ?? null, description: body.spec.description ?? null } },
          }}
        />
        <div className="kore-row">
          <ActionButton type="submit" permission="team.update" team={name} blocked={isSame ? 'Nothing is different.' : null} isLoading={change.isPending}>
            Save
          </ActionButton>
          {!isSame && (
            <Button variant="link" onClick={reload}>
              Put back
            </Button>
          )}
          {change.isSuccess && isSame && <span role="status">Saved.</span>}
        </div>
      </Form>
    </section>
  )
}
