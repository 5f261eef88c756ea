import { FormGroup, FormHelperText, HelperText, HelperTextItem } from '@patternfly/react-core'
import { cloneElement, type ReactElement } from 'react'
import { fieldId } from './ErrorSummary'

interface Props {
  /** The field's name in the form. */
  name: string
  label: string
  hint?: string
  isRequired?: boolean
  error?: string
  /** The control; it gets id, description and invalid from here. */
  children: ReactElement<Record<string, unknown>>
}

/** A label, a control, and below it what it is for or what is wrong with it. */
export function Field({ name, label, hint, isRequired, error, children }: Props) {
  const id = fieldId(name)
  const about = `${id}-about`
  return (
    <FormGroup label={label} fieldId={id} isRequired={isRequired}>
      {cloneElement(children, {
        id,
        isRequired,
        validated: error ? 'error' : 'default',
        'aria-invalid': error ? true : undefined,
        'aria-describedby': hint || error ? about : undefined,
      })}
      {(hint || error) && (
        <FormHelperText>
          <HelperText id={about}>
            {error && <HelperTextItem variant="error">{error}</HelperTextItem>}
            {hint && !error && <HelperTextItem>{hint}</HelperTextItem>}
          </HelperText>
        </FormHelperText>
      )}
    </FormGroup>
  )
}
