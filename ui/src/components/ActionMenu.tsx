import { Dropdown, DropdownList, MenuToggle } from '@patternfly/react-core'
import { useState, type ReactNode } from 'react'
import { Icon } from './Icon'

/** The menu of an object's further actions; its children are `ActionItem`s. */
export function ActionMenu({ label, children }: { label: string; children: ReactNode }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <Dropdown
      isOpen={isOpen}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: 'right' }}
      toggle={(ref) => (
        <MenuToggle ref={ref} variant="plain" aria-label={label} isExpanded={isOpen} onClick={() => setOpen(!isOpen)} icon={<Icon name="more" />} />
      )}
    >
      <DropdownList>{children}</DropdownList>
    </Dropdown>
  )
}
