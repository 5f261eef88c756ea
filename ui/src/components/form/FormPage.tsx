import { ActionGroup, Button, Form } from '@patternfly/react-core'
import type { FormEvent, ReactNode } from 'react'
import { ActionButton, type Guard } from '../ActionButton'
import { ErrorSummary } from './ErrorSummary'

interface Props {
  action: string
  /** What it takes, where the form is shown to whoever may only look. */
  guard?: Guard
  onSubmit: (event: FormEvent) => void
  onCancel: () => void
  isSaving: boolean
  error: unknown
  errorTitle: string
  fields: Readonly<Record<string, string>>
  labels: Readonly<Record<string, string>>
  children: ReactNode
  equivalents?: ReactNode
}

/** A form that is a page, for many fields. Goes inside a `PageFrame`. */
export function FormPage(props: Props) {
  const { action, guard, onSubmit, onCancel, isSaving, error, errorTitle, fields, labels, children, equivalents } = props
  return (
    <Form className="kore-form-page" onSubmit={onSubmit} noValidate>
      {Boolean(error) && <ErrorSummary error={error} title={errorTitle} fields={fields} labels={labels} />}
      {children}
      {equivalents}
      <ActionGroup>
        {guard ? (
          <ActionButton type="submit" isLoading={isSaving} isDisabled={isSaving} {...guard}>
            {action}
          </ActionButton>
        ) : (
          <Button type="submit" isLoading={isSaving} isDisabled={isSaving}>
            {action}
          </Button>
        )}
        <Button variant="link" onClick={onCancel}>
          Cancel
        </Button>
      </ActionGroup>
    </Form>
  )
}
