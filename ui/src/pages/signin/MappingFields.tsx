import { Button } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useFieldArray, useWatch, type Control } from 'react-hook-form'
import { allTeamsQuery } from '@/api/kinds/teams'
import { fieldId } from '@/components/form/ErrorSummary'
import { SelectField, TextField } from '@/components/form/fields'
import { LABELS, type ProviderValues } from './form'

const WORTHS = [
  { value: 'viewer', label: 'Viewer of a team' },
  { value: 'developer', label: 'Developer of a team' },
  { value: 'maintainer', label: 'Maintainer of a team' },
  { value: 'owner', label: 'Owner of a team' },
  { value: 'auditor', label: 'Platform auditor' },
  { value: 'admin', label: 'Platform administrator' },
] as const

/** Groups there, and the roles that they are worth here. */
export function MappingFields({ control }: { control: Control<ProviderValues> }) {
  const { fields, append, remove } = useFieldArray({ control, name: 'mappings' })
  const rows = useWatch({ control, name: 'mappings' })
  const teams = useQuery(allTeamsQuery)
  const options = [{ value: '', label: 'Choose a team' }, ...(teams.data ?? []).map(({ metadata }) => ({ value: metadata.name, label: metadata.name }))]
  return (
    <fieldset className="kore-group" id={fieldId('mappings')} tabIndex={-1}>
      <legend>{LABELS.mappings}</legend>
      {fields.length === 0 && <p className="kore-hint">Nothing yet: people come in, and get roles from whoever may give them.</p>}
      {fields.map(({ id }, at) => {
        const worth = rows[at]?.worth
        const ofTeam = worth !== 'admin' && worth !== 'auditor'
        return (
          <div className="kore-mapping" key={id}>
            <TextField control={control} name={`mappings.${at}.group`} label="Group" required="As the claim spells it." />
            <SelectField control={control} name={`mappings.${at}.worth`} label="Is worth" options={WORTHS} />
            {ofTeam ? <SelectField control={control} name={`mappings.${at}.team`} label="Team" options={options} required="Which team." /> : <span />}
            <Button variant="plain" aria-label={`Take the mapping of ${rows[at]?.group || `line ${at + 1}`} away`} onClick={() => remove(at)}>
              ✕
            </Button>
          </div>
        )
      })}
      <div>
        <Button variant="secondary" size="sm" onClick={() => append({ group: '', worth: 'developer', team: '' })}>
          Add a group
        </Button>
      </div>
    </fieldset>
  )
}
