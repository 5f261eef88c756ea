import { Button, Form, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core'
import { useId, type FormEvent, type ReactNode } from 'react'
import { kubeBase, type ClusterAddress } from '@/api/kubernetes'
import { Equivalents } from '@/components/Equivalents'
import { ProblemAlert } from '@/components/ProblemAlert'
import { command } from '@/lib/quote'

/** A request of a cluster's own API. */
export interface KubeCall {
  method: 'DELETE' | 'PATCH'
  path: string
  body?: unknown
}

interface Props {
  title: string
  address: ClusterAddress
  /** The word on the button. */
  action: string
  isDanger?: boolean
  /** What kubectl is called with to do the same. */
  kubectl: readonly string[]
  api: KubeCall
  onDo: () => void
  onClose: () => void
  isDoing: boolean
  error: unknown
  children: ReactNode
}

/** Asks before something in a cluster is changed, and says what does the same. */
export function Deed(props: Props) {
  const { title, address, action, isDanger, kubectl, api, onDo, onClose, isDoing, error, children } = props
  const [id, titleId] = [useId(), useId()]
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onDo()
  }
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby={titleId} elementToFocus={`[id="${id}"] input, [id="${id}-do"]`}>
      <ModalHeader title={title} labelId={titleId} titleIconVariant={isDanger ? 'warning' : undefined} />
      <ModalBody>
        {Boolean(error) && <ProblemAlert error={error} title="It was not done" />}
        <Form id={id} onSubmit={submit} noValidate>
          {children}
        </Form>
        <Equivalents cli={command(['kore', 'exec', `${address.team}/${address.cluster}`, '--', 'kubectl', ...kubectl])} api={requestOf(address, api)} />
      </ModalBody>
      <ModalFooter>
        <Button id={`${id}-do`} type="submit" form={id} variant={isDanger ? 'danger' : 'primary'} isLoading={isDoing} isDisabled={isDoing}>
          {action}
        </Button>
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  )
}

/** The request that is sent, as it goes over the wire. */
function requestOf(address: ClusterAddress, { method, path, body }: KubeCall): string {
  return `${method} ${location.origin}${kubeBase(address)}${path}${body === undefined ? '' : `\n\n${JSON.stringify(body, null, 2)}`}`
}
