import { Alert, Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core'
import { useId, useRef, type ReactNode } from 'react'
import { YamlView } from '@/components/YamlView'

interface Props {
  title: string
  /** What is shown, as "link" or "token". */
  what: string
  secret: string
  /** What it is good for and until when. */
  children: ReactNode
  onStored: () => void
}

/** A secret that only this answer has. It goes only when somebody says that they have it. */
export function ShownOnce({ title, what, secret, children, onStored }: Props) {
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  return (
    <Modal isOpen variant="medium" aria-labelledby={id} onEscapePress={() => box.current?.scrollIntoView()}>
      <ModalHeader title={title} labelId={id} />
      <ModalBody>
        <div className="kore-once" ref={box}>
          <Alert isInline variant="warning" title={`This ${what} is shown only now. Nobody can show it again.`} />
          <YamlView text={secret} what={what} />
          {children}
        </div>
      </ModalBody>
      <ModalFooter>
        <Button onClick={onStored}>I stored it</Button>
      </ModalFooter>
    </Modal>
  )
}
