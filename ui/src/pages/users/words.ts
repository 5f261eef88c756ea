import type { User } from '@/api/kinds/users'
import type { Status } from '@/lib/status'

export const PLATFORM_ROLES = [
  { value: '', label: 'None: only what teams give' },
  { value: 'auditor', label: 'Auditor: reads everything, changes nothing' },
  { value: 'admin', label: 'Administrator: everything across the platform' },
] as const

/** Whether somebody may come in. */
export function userStatus({ spec }: User): Status {
  return spec.disabled
    ? { tone: 'off', text: 'Disabled', message: 'They can do nothing; what they have is kept.' }
    : { tone: 'ok', text: 'Enabled', message: null }
}

/** A platform role, and where it comes from when it was not given directly. */
export function platformRoleText({ status, spec }: User): string {
  const role = status?.platformRole ?? spec.platformRole
  if (!role) return '–'
  const word = role === 'admin' ? 'administrator' : 'auditor'
  return status?.byGroup ? `${word}, by a group` : word
}

/** A browser or a program as people know it again, from what it says of itself. */
export function clientWords(label: string | null | undefined, source: string): string {
  if (!label) return source === 'cli' ? 'Command line' : source
  const system = /\((?:X11; )?([^;)]+)/.exec(label)?.[1] ?? ''
  const found = [
    ['Firefox', /Firefox\/(\d+)/],
    ['Edge', /Edg\/(\d+)/],
    ['Chrome', /(?:Headless)?Chrome\/(\d+)/],
    ['Safari', /Version\/(\d+).*Safari/],
  ].find(([, pattern]) => (pattern as RegExp).test(label))
  if (!found) return label
  const [name, pattern] = found as [string, RegExp]
  const place = /Windows/.test(label) ? 'Windows' : /Mac OS X|Macintosh/.test(label) ? 'macOS' : system.replace(/ x86_64$/, '')
  return `${name} ${pattern.exec(label)?.[1] ?? ''} on ${place}`
}
