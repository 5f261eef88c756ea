import { Alert, Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core'
import { useId, type ReactNode } from 'react'
import { download } from '@/lib/files'
import { YamlView } from './YamlView'

interface Props {
  title: string
  /** What is shown, as "link" or "token". */
  what: string
  secret: string
  /** What it is good for, for whom, until when. */
  children: ReactNode
  /** A file with the secret in it, to be sourced. */
  env?: { name: string; text: string }
  onStored: () => void
}

/** A secret that only this answer has. It goes only when somebody says that they have it. */
export function SecretOnce({ title, what, secret, children, env, onStored }: Props) {
  const id = useId()
  return (
    <Modal isOpen variant="medium" aria-labelledby={id}>
      <ModalHeader title={title} labelId={id} />
      <ModalBody>
        <div className="kore-once">
          <Alert isInline variant="warning" title={`This ${what} is shown only now. Nobody can show it again.`} />
          <YamlView text={secret} what={what} />
          {children}
          {env && (
            <div>
              As a file for a job’s environment:
              <YamlView text={env.text} what="environment" />
            </div>
          )}
        </div>
      </ModalBody>
      <ModalFooter>
        <Button onClick={onStored}>I stored it</Button>
        {env && (
          <Button variant="secondary" onClick={() => download(env.name, env.text)}>
            Download {env.name}
          </Button>
        )}
      </ModalFooter>
    </Modal>
  )
}
