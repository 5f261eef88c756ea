import { Button, DropdownItem, Tooltip, type ButtonProps, type DropdownItemProps } from '@patternfly/react-core'
import type { ReactNode } from 'react'
import { usePermission, whyNot } from '@/api/permissions'

export interface Guard {
  permission: string
  team?: string
  cluster?: string
  /** Another reason why it does not work now, as "The cluster is protected from deletion". */
  blocked?: string | null
}

/** A button that says why when it may not be pressed; it keeps its place and its focus all the same. */
export function ActionButton({ permission, team, cluster, blocked, ...button }: Guard & ButtonProps) {
  const why = whyNot(usePermission(permission, { team, cluster })) ?? blocked ?? null
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
  const why = whyNot(usePermission(permission, { team, cluster })) ?? blocked ?? null
  if (why === null) return <DropdownItem {...item}>{children}</DropdownItem>
  return (
    <DropdownItem {...item} isDanger={false} isAriaDisabled tooltipProps={{ content: why }}>
      {children}
    </DropdownItem>
  )
}
