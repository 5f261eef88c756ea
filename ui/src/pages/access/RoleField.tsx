import { useQuery } from '@tanstack/react-query'
import type { Control, FieldValues, Path } from 'react-hook-form'
import { rolesQuery, type Role } from '@/api/kinds/roles'
import { SelectField } from '@/components/form/fields'

/** Roles that are not bound: they come with being somebody, or are set on the user. */
const UNBOUND = new Set(['platform-admin', 'platform-auditor', 'signed-in'])

/** Whether a role can be given to somebody, somewhere. */
export const isBindable = (role: Role): boolean => !(role.status?.builtIn && UNBOUND.has(role.metadata.name))

/** A role to give or to ask for; `none` says what it is to have none, where that may be. */
export function RoleField<T extends FieldValues>({ control, name, none }: { control: Control<T>; name: Path<T>; none?: string }) {
  const roles = useQuery(rolesQuery)
  const options = (roles.data ?? []).filter(isBindable).map(({ metadata, spec }) => ({
    value: metadata.name,
    label: spec.description ? `${metadata.name}: ${spec.description}` : metadata.name,
  }))
  return (
    <SelectField
      control={control}
      name={name}
      label="Role"
      required={none === undefined ? 'Which role it is.' : undefined}
      options={[{ value: '', label: roles.isPending ? 'Looking up the roles…' : (none ?? 'Choose a role') }, ...options]}
    />
  )
}
