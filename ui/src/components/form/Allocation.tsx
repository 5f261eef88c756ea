import { Radio, TextInput } from '@patternfly/react-core'
import { Controller, useWatch, type Control, type FieldErrors } from 'react-hook-form'
import type { Schema } from '@/api/types'
import type { Argument } from '@/lib/quote'
import { Field } from './Field'

/** Which teams something is for, as a form asks it. */
export interface AllocationValues {
  everyTeam: boolean
  names: string
  labels: string
}

export const ALLOCATION_FIELDS = { names: '/spec/teams/names', labels: '/spec/teams/labels', everyTeam: '/spec/teams' }
export const ALLOCATION_LABELS = { names: 'Teams', labels: 'Labels of teams', everyTeam: 'For' }

const words = (text: string) => text.split(/[\s,]+/).filter((word) => word !== '')

export function allocationOf({ everyTeam, names, labels }: AllocationValues): Schema<'Allocation'> {
  if (everyTeam) return { all: true }
  const pairs = words(labels).map((pair) => [pair.split('=')[0] ?? '', pair.split('=').slice(1).join('=')] as const)
  return { ...(words(names).length > 0 && { names: words(names) }), ...(pairs.length > 0 && { labels: Object.fromEntries(pairs) }) }
}

export const allocationValues = (teams: Schema<'Allocation'> | undefined): AllocationValues => ({
  everyTeam: teams === undefined || teams.all === true,
  names: teams?.names?.join(', ') ?? '',
  labels: Object.entries(teams?.labels ?? {}).map(([key, value]) => `${key}=${value}`).join(', '),
})

export const allocationArguments = (teams: Schema<'Allocation'>): Argument[] => [
  ['--for-all', teams.all === true],
  ...(teams.names ?? []).map((name): Argument => ['--for', name]),
  ...Object.entries(teams.labels ?? {}).map(([key, value]): Argument => ['--for-label', `${key}=${value}`]),
]

/** As people read it. */
export function forTeams(teams: Schema<'Allocation'> | undefined): string {
  if (teams === undefined || teams.all) return 'every team'
  const labels = Object.entries(teams.labels ?? {}).map(([key, value]) => `${key}=${value}`)
  const parts = [...(teams.names ?? []), ...(labels.length > 0 ? [`teams with ${labels.join(' and ')}`] : [])]
  return parts.length > 0 ? parts.join(', ') : 'nobody'
}

interface Props<T extends AllocationValues> {
  control: Control<T>
  errors: FieldErrors<AllocationValues>
}

/** Every team, or some by name or label. Part of a form whose values have an `AllocationValues`. */
export function AllocationFields<T extends AllocationValues>({ control, errors }: Props<T>) {
  const own = control as unknown as Control<AllocationValues>
  const everyTeam = useWatch({ control: own, name: 'everyTeam' })
  return (
    <>
      <Controller
        name="everyTeam"
        control={own}
        render={({ field: { value, onChange } }) => (
          <fieldset className="kore-choice">
            <legend>For</legend>
            <Radio id="field-everyTeam" name="everyTeam" label="Every team, also those to come" isChecked={value} onChange={() => onChange(true)} />
            <Radio id="field-some" name="everyTeam" label="Some teams" isChecked={!value} onChange={() => onChange(false)} />
          </fieldset>
        )}
      />
      {!everyTeam && (
        <>
          <Controller
            name="names"
            control={own}
            render={({ field: { ref, ...field } }) => (
              <Field name="names" label="Teams" hint="Names, with commas between." error={errors.names?.message}>
                <TextInput {...field} ref={ref} autoComplete="off" spellCheck={false} placeholder="payments, fraud" />
              </Field>
            )}
          />
          <Controller
            name="labels"
            control={own}
            render={({ field: { ref, ...field } }) => (
              <Field name="labels" label="Labels of teams" hint="And teams that carry all of these. Only platform administrators set such labels." error={errors.labels?.message}>
                <TextInput {...field} ref={ref} autoComplete="off" spellCheck={false} placeholder="tier=gold" />
              </Field>
            )}
          />
        </>
      )}
    </>
  )
}
