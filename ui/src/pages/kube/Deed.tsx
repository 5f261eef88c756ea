import { Button, ExpandableSection, Form, Modal, ModalBody, ModalFooter, ModalHeader, Tab, Tabs, TabTitleText } from '@patternfly/react-core'
import { useId, useState, type FormEvent, type ReactNode } from 'react'
import { kubeBase, type ClusterAddress } from '@/api/kubernetes'
import { ProblemAlert } from '@/components/ProblemAlert'
import { YamlView } from '@/components/YamlView'
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
        <Same address={address} kubectl={kubectl} api={api} />
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

/** The same by the command line, and as the request that is sent. */
function Same({ address, kubectl, api }: Pick<Props, 'address' | 'kubectl' | 'api'>) {
  const [open, setOpen] = useState(false)
  const [tab, setTab] = useState<string | number>('cli')
  const cli = command(['kore', 'exec', `${address.team}/${address.cluster}`, '--', 'kubectl', ...kubectl])
  const request = `${api.method} ${location.origin}${kubeBase(address)}${api.path}${api.body === undefined ? '' : `\n\n${JSON.stringify(api.body, null, 2)}`}`
  return (
    <ExpandableSection className="kore-equivalents" toggleText="Show me the command" isExpanded={open} onToggle={(_, now) => setOpen(now)}>
      <Tabs activeKey={tab} onSelect={(_, key) => setTab(key)} aria-label="The same in other ways" isSubtab>
        <Tab eventKey="cli" title={<TabTitleText>CLI</TabTitleText>}>
          <YamlView text={cli} what="command" />
        </Tab>
        <Tab eventKey="api" title={<TabTitleText>API</TabTitleText>}>
          <YamlView text={request} what="request" />
        </Tab>
      </Tabs>
    </ExpandableSection>
  )
}
