import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core'
import { useId } from 'react'
import { Equivalents, type Call } from '@/components/Equivalents'
import { ProblemAlert } from '@/components/ProblemAlert'

interface Props {
  title: string
  /** What it comes to, a line each. */
  impact: readonly string[]
  action: string
  errorTitle: string
  cli: string
  api: Call
  onConfirm: () => void
  onClose: () => void
  isWorking: boolean
  error: unknown
}

/** Asks once more before something ends that can be given again. */
export function Confirm({ title, impact, action, errorTitle, cli, api, onConfirm, onClose, isWorking, error }: Props) {
  const titleId = useId()
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby={titleId}>
      <ModalHeader title={title} titleIconVariant="warning" labelId={titleId} />
      <ModalBody>
        {Boolean(error) && <ProblemAlert error={error} title={errorTitle} />}
        <ul className="kore-impact">
          {impact.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        <Equivalents cli={cli} api={api} />
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" isLoading={isWorking} isDisabled={isWorking} onClick={onConfirm}>
          {action}
        </Button>
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  )
}
