import { FormSelect, FormSelectOption, Switch } from '@patternfly/react-core'
import { Field } from '@/components/form/Field'
import { setPreferences, usePreferences, type Preferences as All } from '@/lib/preferences'

const CHOICES = [
  { key: 'theme', label: 'Theme', options: [['system', 'As the system'], ['light', 'Light'], ['dark', 'Dark']] },
  { key: 'density', label: 'Density', options: [['comfortable', 'Comfortable'], ['compact', 'Compact']] },
  { key: 'zone', label: 'Times', options: [['local', 'In your time zone'], ['utc', 'In UTC']] },
] as const

/** What somebody likes. The browser keeps it. */
export function Preferences() {
  const preferences = usePreferences()
  return (
    <section className="kore-card kore-stack" aria-labelledby="preferences">
      <h2 id="preferences">Preferences</h2>
      {CHOICES.map(({ key, label, options }) => (
        <Field key={key} name={key} label={label}>
          <FormSelect value={preferences[key]} onChange={(_, value) => setPreferences({ [key]: value } as Partial<All>)}>
            {options.map(([value, text]) => (
              <FormSelectOption key={value} value={value} label={text} />
            ))}
          </FormSelect>
        </Field>
      ))}
      <Switch id="preference-keys" label="Single keys are shortcuts (press ? for all)" isChecked={preferences.keys} onChange={(_, keys) => setPreferences({ keys })} />
      <p className="kore-hint">This browser keeps them; other browsers have their own.</p>
    </section>
  )
}
