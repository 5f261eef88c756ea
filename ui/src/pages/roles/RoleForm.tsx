import { useForm, useController, useWatch, type Control } from 'react-hook-form'
import { useQuery } from '@tanstack/react-query'
import { newRole, rolesQuery, type Role } from '@/api/kinds/roles'
import { Equivalents } from '@/components/Equivalents'
import { SelectField, TextField } from '@/components/form/fields'
import { FormPage } from '@/components/form/FormPage'
import { fieldId } from '@/components/form/ErrorSummary'
import { useFormErrors } from '@/components/form/useFormErrors'
import { command } from '@/lib/quote'
import { grouped, permissionText, PERMISSIONS } from '../access/permissions'

export interface RoleValues {
  name: string
  description: string
  permissions: string[]
  from: string
}

const FIELDS = { name: '/metadata/name', description: '/spec/description', permissions: '/spec/permissions' }
const LABELS = { name: 'Name', description: 'What it is for', permissions: 'Permissions' }

export const roleBody = ({ name, description, permissions }: RoleValues): Role =>
  newRole(name.trim(), { ...(description.trim() && { description: description.trim() }), permissions })

interface Props {
  /** The role that is changed; none for a new one. */
  role?: Role
  onSave: (values: RoleValues) => void
  onCancel: () => void
  isSaving: boolean
  error: unknown
}

/** The fields of a role. */
export function RoleForm({ role, onSave, onCancel, isSaving, error }: Props) {
  const form = useForm<RoleValues>({
    defaultValues: { name: role?.metadata.name ?? '', description: role?.spec.description ?? '', permissions: role?.spec.permissions ?? [], from: '' },
  })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const roles = useQuery(rolesQuery)
  useFormErrors(form, error, FIELDS)
  const body = roleBody(values)
  const name = values.name.trim() || 'NAME'
  const begin = (from: string) => {
    const found = roles.data?.find(({ metadata }) => metadata.name === from)
    if (found) form.setValue('permissions', found.spec.permissions)
  }
  return (
    <FormPage
      action={role ? 'Save role' : 'Create role'}
      onSubmit={(event) => void form.handleSubmit(onSave)(event)}
      onCancel={onCancel}
      isSaving={isSaving}
      error={error}
      errorTitle={role ? 'The role was not changed' : 'The role was not made'}
      fields={FIELDS}
      labels={LABELS}
      equivalents={
        <Equivalents
          cli={command(['kore', 'role', role ? 'edit' : 'create'], name, ['--permission', values.permissions.join(',')], ['--description', values.description.trim()])}
          yaml={body}
          api={
            role
              ? { method: 'PUT', path: `/api/v1/roles/${name}`, body, ifMatch: `"${role.metadata.resourceVersion ?? ''}"` }
              : { method: 'POST', path: '/api/v1/roles', body }
          }
        />
      }
    >
      {!role && <TextField control={form.control} name="name" label={LABELS.name} hint="Lower case letters, digits and -, as in release-manager. It stays." required="A role has a name." />}
      <TextField control={form.control} name="description" label={LABELS.description} />
      {!role && (
        <span onChange={(event) => begin((event.target as HTMLSelectElement).value)}>
          <SelectField
            control={form.control}
            name="from"
            label="Begin with"
            hint="Ticks what that role allows; change it below."
            options={[{ value: '', label: 'Nothing' }, ...(roles.data ?? []).map(({ metadata }) => ({ value: metadata.name, label: metadata.name }))]}
          />
        </span>
      )}
      <PermissionsField control={form.control} />
    </FormPage>
  )
}

function PermissionsField({ control }: { control: Control<RoleValues> }) {
  const { field, fieldState } = useController({ control, name: 'permissions', rules: { validate: (all) => all.length > 0 || 'A role allows something.' } })
  const { ref, value, onChange } = field
  const switched = (name: string, on: boolean) => {
    const chosen = new Set(value)
    if (on) chosen.add(name)
    else chosen.delete(name)
    onChange(PERMISSIONS.map((one) => one.name).filter((one) => chosen.has(one)))
  }
  return (
    <div>
      <h2 id={fieldId('permissions')} tabIndex={-1} ref={ref}>
        {LABELS.permissions} <small>{value.length} chosen</small>
      </h2>
      {fieldState.error && <p className="kore-hint">{fieldState.error.message}</p>}
      <div className="kore-permissions">
        {grouped(PERMISSIONS.map(({ name }) => name)).map(([group, names]) => (
          <fieldset key={group}>
            <legend>{group}</legend>
            {names.map((name) => (
              <label key={name}>
                <input type="checkbox" aria-label={name} checked={value.includes(name)} onChange={(event) => switched(name, event.target.checked)} />
                <span>
                  <code>{name}</code>
                  <span className="kore-second">{permissionText(name)}</span>
                </span>
              </label>
            ))}
          </fieldset>
        ))}
      </div>
    </div>
  )
}
