import { Radio, TextInput } from '@patternfly/react-core'
import { Controller, useWatch, type Control, type FieldErrors } from 'react-hook-form'
import { Field } from './Field'
import type { AllocationValues } from './allocationValues'

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
