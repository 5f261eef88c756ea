import { Divider, Dropdown, DropdownGroup, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Icon } from '@/components/Icon'
import { setPreferences, usePreferences, type Preferences } from '@/lib/preferences'
import { signOut } from '@/session/signout'
import { useWhoAmI } from '@/session/whoami'

type Choice = { [Name in 'theme' | 'density' | 'zone']: { name: Name; label: string; options: readonly [Preferences[Name], string][] } }

const CHOICES: Choice = {
  theme: { name: 'theme', label: 'Theme', options: [['system', 'As the system'], ['light', 'Light'], ['dark', 'Dark']] },
  density: { name: 'density', label: 'Density', options: [['comfortable', 'Comfortable'], ['compact', 'Compact']] },
  zone: { name: 'zone', label: 'Times', options: [['local', 'Local time'], ['utc', 'UTC']] },
}

/** Who is signed in, how they like it, and the way out. */
export function AccountMenu({ onHelp }: { onHelp: () => void }) {
  const [isOpen, setOpen] = useState(false)
  const me = useWhoAmI()
  const navigate = useNavigate()
  const liked = usePreferences()
  return (
    <Dropdown
      isOpen={isOpen}
      onOpenChange={setOpen}
      popperProps={{ position: 'right' }}
      toggle={(ref) => (
        <MenuToggle ref={ref} variant="plain" isExpanded={isOpen} onClick={() => setOpen(!isOpen)} aria-label={`Account of ${me.name}`} className="kore-account" icon={<Icon name="account" />} />
      )}
    >
      <DropdownList>
        <DropdownItem
          description={me.platformRole ? `Platform ${me.platformRole}` : undefined}
          onClick={() => {
            setOpen(false)
            void navigate({ to: '/account' })
          }}
        >
          My account · {me.name}
        </DropdownItem>
      </DropdownList>
      {Object.values(CHOICES).map(({ name, label, options }) => (
        <DropdownGroup key={name} label={label}>
          <DropdownList>
            {options.map(([value, text]) => (
              <DropdownItem key={value} isSelected={liked[name] === value} onClick={() => setPreferences({ [name]: value })}>
                {text}
              </DropdownItem>
            ))}
          </DropdownList>
        </DropdownGroup>
      ))}
      <Divider />
      <DropdownList>
        <DropdownItem
          onClick={() => {
            setOpen(false)
            onHelp()
          }}
        >
          Keyboard help
        </DropdownItem>
        <DropdownItem onClick={() => void signOut()}>Sign out</DropdownItem>
      </DropdownList>
    </Dropdown>
  )
}
