import type { UserSpec } from '@/api/kinds/users'

/** What forms ask of a person. */
export interface UserValues {
  displayName: string
  email: string
  role: string
}

export const USER_FIELDS = { displayName: '/spec/displayName', email: '/spec/email', role: '/spec/platformRole' }
export const USER_LABELS = { displayName: 'Display name', email: 'E-mail', role: 'Platform role' }

/** A person's spec from a form; what is empty is left out. */
export function specOf({ displayName, email, role }: UserValues, disabled: boolean): UserSpec {
  return {
    ...(displayName.trim() && { displayName: displayName.trim() }),
    ...(email.trim() && { email: email.trim() }),
    ...((role === 'admin' || role === 'auditor') && { platformRole: role }),
    ...(disabled && { disabled }),
  }
}
