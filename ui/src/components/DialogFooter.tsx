import { Button, ModalFooter } from '@patternfly/react-core'
import type { ReactNode } from 'react'

interface Props {
  /** Id of the form that the button sends. */
  form: string
  /** Id of the button, where it gets the focus. */
  id?: string
  isDanger?: boolean
  isBusy: boolean
  onClose: () => void
  /** The word on the button. */
  children: ReactNode
}

/** How a dialog with a form ends: by doing it, or not. */
export function DialogFooter({ form, id, isDanger = false, isBusy, onClose, children }: Props) {
  return (
    <ModalFooter>
      <Button id={id} type="submit" form={form} variant={isDanger ? 'danger' : 'primary'} isLoading={isBusy} isDisabled={isBusy}>
        {children}
      </Button>
      <Button variant="link" onClick={onClose}>
        Cancel
      </Button>
    </ModalFooter>
  )
}
