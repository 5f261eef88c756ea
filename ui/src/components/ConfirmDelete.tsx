import { Form, Modal, ModalBody, ModalHeader, TextInput } from '@patternfly/react-core'
import { useId, useState, type FormEvent, type ReactNode } from 'react'
import { DialogFooter } from './DialogFooter'
import { Equivalents, type Call } from './Equivalents'
import { Field } from './form/Field'
import { ProblemAlert } from './ProblemAlert'

interface Props {
  /** What it is, as "cluster". */
  what: string
  name: string
  /** What goes with it, a line each. */
  impact: readonly string[]
  /** More of what goes, as the server says it. */
  children?: ReactNode
  cli: string
  api: Call
  onDelete: () => void
  onClose: () => void
  isDeleting: boolean
  error: unknown
}

/** Says what goes with an object, and takes its name as the yes. */
export function ConfirmDelete({ what, name, impact, cli, api, onDelete, onClose, isDeleting, error, children }: Props) {
  const [typed, setTyped] = useState('')
  const [asked, setAsked] = useState(false)
  const [id, titleId] = [useId(), useId()]
  const wrong = asked && typed !== name ? `Type ${name}.` : undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (typed === name) onDelete()
  }
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby={titleId} elementToFocus="#field-confirm">
      <ModalHeader title={`Delete ${what} ${name}?`} titleIconVariant="warning" labelId={titleId} />
      <ModalBody>
        {Boolean(error) && <ProblemAlert error={error} title={`The ${what} was not deleted`} />}
        <ul className="kore-impact">
          {impact.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        {children}
        <Form id={id} onSubmit={submit} noValidate>
          <Field name="confirm" label={`Type ${name} to confirm`} error={wrong} isRequired>
            <TextInput value={typed} onChange={(_, value) => setTyped(value)} autoComplete="off" spellCheck={false} />
          </Field>
        </Form>
        <Equivalents cli={cli} api={api} />
      </ModalBody>
      <DialogFooter form={id} isDanger isBusy={isDeleting} onClose={onClose}>
        Delete {what}
      </DialogFooter>
    </Modal>
  )
}
