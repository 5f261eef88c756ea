import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core'
import { useId, type ReactNode } from 'react'
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
  api: Call
  isDanger?: boolean
  onConfirm: () => void
  onClose: () => void
  isBusy: boolean
  error: unknown
  /** What did not work, as "The role was not taken away". */
  errorTitle: string
  children?: ReactNode
}

/** Says what an action does, and asks for a yes; for what can be made good again. */
export function Confirm({ title, impact, action, cli, api, isDanger, onConfirm, onClose, isBusy, error, errorTitle, children }: Props) {
  const id = useId()
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby={id}>
      <ModalHeader title={title} titleIconVariant={isDanger ? 'warning' : undefined} labelId={id} />
      <ModalBody>
        {Boolean(error) && <ProblemAlert error={error} title={errorTitle} />}
        <ul className="kore-impact">
          {impact.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        {children}
        <Equivalents cli={cli} api={api} />
      </ModalBody>
      <ModalFooter>
        <Button variant={isDanger ? 'danger' : 'primary'} onClick={onConfirm} isLoading={isBusy} isDisabled={isBusy}>
          {action}
        </Button>
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  )
}
