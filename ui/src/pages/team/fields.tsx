import { Checkbox, FormSelect, FormSelectOption, TextArea, TextInput } from '@patternfly/react-core'
import type { ReactNode } from 'react'
import { Controller, type FieldPathByValue, type FieldValues, type RegisterOptions, type UseFormReturn } from 'react-hook-form'
import { fieldId } from '@/components/form/ErrorSummary'
import { Field } from '@/components/form/Field'

interface Common<T extends FieldValues> {
  form: UseFormReturn<T>
  label: string
  hint?: string
  isDisabled?: boolean
}

interface TextProps<T extends FieldValues> extends Common<T> {
  name: FieldPathByValue<T, string>
  placeholder?: string
  required?: string
  lines?: number
  type?: 'text' | 'number' | 'email' | 'url'
}

/** A text. `required` is what is said when it is missing. */
export function TextField<T extends FieldValues>({ form, name, label, hint, placeholder, required, lines, type = 'text', isDisabled }: TextProps<T>) {
  const rules = { required } as RegisterOptions<T, typeof name>
  return (
    <Controller
      name={name}
      control={form.control}
      rules={rules}
      render={({ field: { ref, ...field }, fieldState }) => (
        <Field name={name} label={label} hint={hint} isRequired={required !== undefined} error={fieldState.error?.message}>
          {lines ? (
            <TextArea {...field} ref={ref} rows={lines} placeholder={placeholder} isDisabled={isDisabled} spellCheck={false} resizeOrientation="vertical" />
          ) : (
            <TextInput {...field} ref={ref} type={type} placeholder={placeholder} isDisabled={isDisabled} autoComplete="off" spellCheck={false} />
          )}
        </Field>
      )}
    />
  )
}

/** One of some values. */
export function SelectField<T extends FieldValues>({
  form, name, label, hint, options, required, isDisabled,
}: Common<T> & { name: FieldPathByValue<T, string>; options: readonly { value: string; label: string }[]; required?: string }) {
  const rules = { required } as RegisterOptions<T, typeof name>
  return (
    <Controller
      name={name}
      control={form.control}
      rules={rules}
      render={({ field: { ref, ...field }, fieldState }) => (
        <Field name={name} label={label} hint={hint} isRequired={required !== undefined} error={fieldState.error?.message}>
          <FormSelect {...field} ref={ref} isDisabled={isDisabled}>
            {options.map((option) => (
              <FormSelectOption key={option.value} value={option.value} label={option.label} />
            ))}
          </FormSelect>
        </Field>
      )}
    />
  )
}

/** Yes or no. */
export function CheckField<T extends FieldValues>({ form, name, label, hint, isDisabled }: Common<T> & { name: FieldPathByValue<T, boolean> }) {
  return (
    <Controller
      name={name}
      control={form.control}
      render={({ field: { ref, value, onChange, onBlur } }) => (
        <Checkbox id={fieldId(name)} ref={ref} label={label} description={hint} isChecked={value} isDisabled={isDisabled} onBlur={onBlur} onChange={(_, now) => onChange(now)} />
      )}
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
