import { Button, DropdownItem, Tooltip, type ButtonProps, type DropdownItemProps } from '@patternfly/react-core'
import type { ReactNode } from 'react'
import { usePermission, type Permission } from '@/api/permissions'

interface Guard {
  permission: string
  team?: string
  cluster?: string
  /** Another reason why it does not work now, as "The cluster is protected from deletion". */
  blocked?: string | null
}

const sentence = (text: string) => (/[.!?…]$/.test(text) ? text : `${text}.`)

const reasonOf = ({ allowed, reason, who }: Permission, blocked: string | null | undefined): string | null => {
  if (!allowed) return [sentence(reason ?? 'You may not do this.'), who.length > 0 ? `Ask: ${who.join(', ')}.` : ''].join(' ').trim()
  return blocked ?? null
}

/** A button that says why when it may not be pressed; it keeps its place and its focus all the same. */
export function ActionButton({ permission, team, cluster, blocked, ...button }: Guard & ButtonProps) {
  const why = reasonOf(usePermission(permission, { team, cluster }), blocked)
  if (why === null) return <Button {...button} />
  return (
    <Tooltip content={why}>
      <Button {...button} isAriaDisabled />
    </Tooltip>
  )
}

/** The same as an item of a menu. */
export function ActionItem({
  permission,
  team,
  cluster,
  blocked,
  children,
  ...item
}: Guard & DropdownItemProps & { children: ReactNode }) {
  const why = reasonOf(usePermission(permission, { team, cluster }), blocked)
  if (why === null) return <DropdownItem {...item}>{children}</DropdownItem>
  return (
    <DropdownItem {...item} isDanger={false} isAriaDisabled tooltipProps={{ content: why }}>
      {children}
    </DropdownItem>
  )
}
