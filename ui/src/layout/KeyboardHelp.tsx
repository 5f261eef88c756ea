import { Modal, ModalBody, ModalHeader, Switch } from '@patternfly/react-core'
import { setPreferences, usePreferences } from '@/lib/preferences'
import { entriesOf } from './navigation'
import { useArea } from './useArea'

/** All shortcuts of this page. */
export function KeyboardHelp({ onClose }: { onClose: () => void }) {
  const { keys } = usePreferences()
  const entries = entriesOf(useArea()).filter((entry) => entry.keys)
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="keyboard-title">
      <ModalHeader title="Keyboard" labelId="keyboard-title" />
      <ModalBody>
        <dl className="kore-keys">
          <div>
            <dt>
              <kbd>⌘</kbd> or <kbd>Ctrl</kbd> <kbd>K</kbd>
            </dt>
            <dd>Search and commands</dd>
          </div>
          <div>
            <dt>
              <kbd>?</kbd>
            </dt>
            <dd>This help</dd>
          </div>
          {entries.map(({ path, keys: sequence, title }) => (
            <div key={path}>
              <dt>
                {sequence?.split(' ').map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{title}</dd>
            </div>
          ))}
        </dl>
        <Switch label="Single keys are shortcuts" isChecked={keys} onChange={(_, now) => setPreferences({ keys: now })} />
      </ModalBody>
    </Modal>
  )
}
