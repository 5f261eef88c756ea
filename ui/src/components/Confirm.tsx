import { Form, Modal, ModalBody, ModalHeader } from '@patternfly/react-core'
import { useId, type FormEvent, type ReactNode } from 'react'
import { DialogFooter } from './DialogFooter'
import { Equivalents, type Call } from './Equivalents'
import { ProblemAlert } from './ProblemAlert'

interface Props {
  /** A question, as "Take the role away?". */
  title: string
  /** What happens, a line each. */
  impact: readonly string[]
  /** The word on the button. */
  action: string
  cli: string
  api: Call | string
  isDanger?: boolean
  onConfirm: () => void
  onClose: () => void
  isBusy: boolean
  error: unknown
  /** What did not work, as "The role was not taken away". */
  errorTitle: string
  /** What is asked besides, as fields. */
  children?: ReactNode
}

/** Says what an action does, and asks for a yes; for what can be made good again. */
export function Confirm({ title, impact, action, cli, api, isDanger, onConfirm, onClose, isBusy, error, errorTitle, children }: Props) {
  const [id, titleId] = [useId(), useId()]
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onConfirm()
  }
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby={titleId} elementToFocus={children ? `[id="${id}"] :is(input, select, textarea), [id="${id}-do"]` : undefined}>
      <ModalHeader title={title} titleIconVariant={isDanger ? 'warning' : undefined} labelId={titleId} />
      <ModalBody>
        {Boolean(error) && <ProblemAlert error={error} title={errorTitle} />}
        {impact.length > 0 && (
          <ul className="kore-impact">
            {impact.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        )}
        <Form id={id} onSubmit={submit} noValidate className={children ? undefined : 'kore-quiet'}>
          {children}
        </Form>
        <Equivalents cli={cli} api={api} />
      </ModalBody>
      <DialogFooter form={id} id={`${id}-do`} isDanger={isDanger} isBusy={isBusy} onClose={onClose}>
        {action}
      </DialogFooter>
    </Modal>
  )
}
