import { Button, Checkbox, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core'
import { useId, useState, type ReactNode } from 'react'
import { YamlView } from '@/components/YamlView'

interface Props {
  title: string
  /** What it is good for, for whom, until when. */
  children: ReactNode
  secret: string
  /** What it is, as "token". */
  what: string
  /** A file with the secret in it, to be sourced. */
  env?: { name: string; text: string }
  /** What has to be said before it goes for good. */
  stored: string
  onClose: () => void
}

function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  const link = Object.assign(document.createElement('a'), { href: address, download: name })
  link.click()
  URL.revokeObjectURL(address)
}

/** A secret that only this answer has: it goes when somebody says that they have it. */
export function SecretOnce({ title, children, secret, what, env, stored, onClose }: Props) {
  const [titleId, boxId] = [useId(), useId()]
  const [has, setHas] = useState(false)
  return (
    <Modal isOpen variant="medium" aria-labelledby={titleId} disableFocusTrap={false}>
      <ModalHeader title={title} labelId={titleId} />
      <ModalBody>
        {children}
        <div className="kore-secret">
          <YamlView text={secret} what={what} />
        </div>
        {env && (
          <>
            <p className="kore-hint">As a file for a job’s environment:</p>
            <YamlView text={env.text} what="environment" />
            <Button variant="secondary" size="sm" className="kore-secret" onClick={() => download(env.name, env.text)}>
              Download {env.name}
            </Button>
          </>
        )}
        <Checkbox id={boxId} label={stored} isChecked={has} onChange={(_, now) => setHas(now)} />
      </ModalBody>
      <ModalFooter>
        <Button isAriaDisabled={!has} onClick={() => has && onClose()}>
          Done
        </Button>
        {!has && <span className="kore-hint">Nobody can show it again.</span>}
      </ModalFooter>
    </Modal>
  )
}
