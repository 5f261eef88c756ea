import { Checkbox, FormSelect, FormSelectOption, TextArea, TextInput, type TextInputProps } from '@patternfly/react-core'
import { useController, type Control, type FieldValues, type Path } from 'react-hook-form'
import { Field } from '@/components/form/Field'
import { fieldId } from '@/components/form/ErrorSummary'

interface Common<T extends FieldValues> {
  control: Control<T>
  name: Path<T>
  label: string
  hint?: string
  /** What to say when it is left empty. */
  required?: string
}

/** A line of text. */
export function TextField<T extends FieldValues>({
  control,
  name,
  label,
  hint,
  required,
  ...input
}: Common<T> & Pick<TextInputProps, 'type' | 'list' | 'placeholder' | 'readOnlyVariant' | 'autoComplete'>) {
  const { field, fieldState } = useController({ control, name, rules: required ? { required } : undefined })
  const { ref, ...rest } = field
  return (
    <Field name={name} label={label} hint={hint} isRequired={required !== undefined} error={fieldState.error?.message}>
      <TextInput {...rest} ref={ref} autoComplete="off" spellCheck={false} {...input} />
    </Field>
  )
}

/** Several lines. */
export function LinesField<T extends FieldValues>({ control, name, label, hint, required, rows = 2 }: Common<T> & { rows?: number }) {
  const { field, fieldState } = useController({ control, name, rules: required ? { required } : undefined })
  const { ref, ...rest } = field
  return (
    <Field name={name} label={label} hint={hint} isRequired={required !== undefined} error={fieldState.error?.message}>
      <TextArea {...rest} ref={ref} rows={rows} resizeOrientation="vertical" />
    </Field>
  )
}

/** One of some. */
export function ChoiceField<T extends FieldValues>({
  control,
  name,
  label,
  hint,
  required,
  options,
  isDisabled,
}: Common<T> & { options: readonly { value: string; label: string }[]; isDisabled?: boolean }) {
  const { field, fieldState } = useController({ control, name, rules: required ? { required } : undefined })
  const { ref, ...rest } = field
  return (
    <Field name={name} label={label} hint={hint} isRequired={required !== undefined} error={fieldState.error?.message}>
      <FormSelect {...rest} ref={ref} isDisabled={isDisabled}>
        {options.map(({ value, label: text }) => (
          <FormSelectOption key={value} value={value} label={text} />
        ))}
      </FormSelect>
    </Field>
  )
}

/** Yes or no. */
export function CheckField<T extends FieldValues>({ control, name, label, hint }: Common<T>) {
  const { field } = useController({ control, name })
  return (
    <Checkbox
      id={fieldId(name)}
      label={label}
      description={hint}
      isChecked={Boolean(field.value)}
      onChange={(_, checked) => field.onChange(checked)}
      onBlur={field.onBlur}
    />
  )
}
