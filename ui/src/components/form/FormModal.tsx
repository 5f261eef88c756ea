import { Form, Modal, ModalBody, ModalHeader } from '@patternfly/react-core'
import { useId, type FormEvent, type ReactNode } from 'react'
import { DialogFooter } from '../DialogFooter'
import { ErrorSummary } from './ErrorSummary'

interface Props {
  title: string
  description?: string
  /** The word on the button, as "Create team". */
  action: string
  onSubmit: (event: FormEvent) => void
  onClose: () => void
  isSaving: boolean
  /** What the server refused it with. */
  error: unknown
  errorTitle: string
  fields: Readonly<Record<string, string>>
  labels: Readonly<Record<string, string>>
  children: ReactNode
  /** `Equivalents`. */
  equivalents?: ReactNode
}

/** A form over the page, for few fields. */
export function FormModal(props: Props) {
  const { title, description, action, onSubmit, onClose, isSaving, error, errorTitle, fields, labels, children, equivalents } = props
  const [id, titleId] = [useId(), useId()]
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby={titleId} elementToFocus={`[id="${id}"] :is(input, select, textarea)`}>
      <ModalHeader title={title} labelId={titleId} description={description} />
      <ModalBody>
        <Form id={id} onSubmit={onSubmit} noValidate>
          {Boolean(error) && <ErrorSummary error={error} title={errorTitle} fields={fields} labels={labels} />}
          {children}
        </Form>
        {equivalents}
      </ModalBody>
      <DialogFooter form={id} isBusy={isSaving} onClose={onClose}>
        {action}
      </DialogFooter>
    </Modal>
  )
}
