import { Button, DropdownItem, Tooltip, type ButtonProps, type DropdownItemProps } from '@patternfly/react-core'
import type { ReactNode } from 'react'

/** An item of a menu that says why when it does not work. */
export function KubeItem({ why, children, ...item }: DropdownItemProps & { why: string | null; children: ReactNode }) {
  if (why === null) return <DropdownItem {...item}>{children}</DropdownItem>
  return (
    <DropdownItem {...item} isDanger={false} isAriaDisabled tooltipProps={{ content: why }}>
      {children}
    </DropdownItem>
  )
}

/** A button that does. */
export function KubeButton({ why, ...button }: ButtonProps & { why: string | null }) {
  if (why === null) return <Button {...button} />
  return (
    <Tooltip content={why}>
      <Button {...button} isAriaDisabled />
    </Tooltip>
  )
}
