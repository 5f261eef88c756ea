import { Checkbox, FormSelect, FormSelectOption, TextArea, TextInput, type TextInputProps } from '@patternfly/react-core'
import type { ReactElement, ReactNode } from 'react'
import { useController, type Control, type FieldValues, type Path } from 'react-hook-form'
import { fieldId } from './ErrorSummary'
import { Field } from './Field'

interface Common<T extends FieldValues> {
  control: Control<T>
  name: Path<T>
  label: string
  hint?: string
  /** What is said when it is left empty. */
  required?: string
  isDisabled?: boolean
}

/** A control of a form, in its frame. */
function Controlled<T extends FieldValues>({ control, name, label, hint, required, isDisabled, render }: Common<T> & { render: (props: object) => ReactElement<Record<string, unknown>> }) {
  const { field, fieldState } = useController({ control, name, rules: required ? { required } : undefined })
  return (
    <Field name={name} label={label} hint={hint} isRequired={required !== undefined} error={fieldState.error?.message}>
      {render({ ...field, isDisabled })}
    </Field>
  )
}

type TextProps<T extends FieldValues> = Common<T> & Pick<TextInputProps, 'type' | 'list' | 'placeholder' | 'readOnlyVariant' | 'autoComplete'>

/** A line of text. */
export function TextField<T extends FieldValues>({ type, list, placeholder, readOnlyVariant, autoComplete = 'off', ...common }: TextProps<T>) {
  const input = { type, list, placeholder, readOnlyVariant, autoComplete }
  return <Controlled {...common} render={(props) => <TextInput {...props} {...input} spellCheck={false} />} />
}

/** Several lines. */
export function LinesField<T extends FieldValues>({ rows = 2, placeholder, ...common }: Common<T> & { rows?: number; placeholder?: string }) {
  return <Controlled {...common} render={(props) => <TextArea {...props} rows={rows} placeholder={placeholder} resizeOrientation="vertical" spellCheck={false} />} />
}

/** One of some. */
export function SelectField<T extends FieldValues>({ options, ...common }: Common<T> & { options: readonly { value: string; label: string }[] }) {
  const all = options.map(({ value, label }) => <FormSelectOption key={value} value={value} label={label} />)
  return <Controlled {...common} render={(props) => <FormSelect {...props}>{all}</FormSelect>} />
}

/** Yes or no. */
export function CheckField<T extends FieldValues>({ control, name, label, hint, isDisabled }: Omit<Common<T>, 'required'>) {
  const { field: { ref, value, onChange, onBlur } } = useController({ control, name })
  return (
    <Checkbox
      id={fieldId(name)}
      ref={ref}
      label={label}
      description={hint}
      isChecked={Boolean(value)}
      isDisabled={isDisabled}
      onBlur={onBlur}
      onChange={(_, now) => onChange(now)}
    />
  )
}

/** Fields that belong together, under a title. */
export function Group({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  return (
    <fieldset className="kore-group">
      <legend>{title}</legend>
      {text && <p className="kore-hint">{text}</p>}
      {children}
    </fieldset>
  )
}
