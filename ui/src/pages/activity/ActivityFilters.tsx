import { Button, FormSelect, FormSelectOption, Label, TextInput } from '@patternfly/react-core'
import { useState, type FormEvent, type ReactNode } from 'react'
import { formatFilter, parseFilter, valueOf, withValue } from '@/lib/filter'
import { FIELDS, RESULTS, SINCE, SOURCES, termWords, withTerm, type ActivitySearch, type FieldKey } from './filters'

interface Props {
  search: ActivitySearch
  onSearch: (search: ActivitySearch) => void
  /** Fields that make no sense here, as the team on a team's page. */
  without?: readonly FieldKey[]
  /** Right of the filters. */
  children?: ReactNode
}

/** The filter of the activity: what is asked for stands below as chips, and in the URL. */
export function ActivityFilters({ search, onSearch, without = [], children }: Props) {
  const filter = search.filter ?? ''
  const set = (next: string) => onSearch({ ...search, filter: next || undefined, after: undefined, open: undefined })
  const terms = parseFilter(filter)
  return (
    <>
      <div className="kore-activity-bar">
        <AddTerm fields={FIELDS.filter(({ key }) => !without.includes(key))} onAdd={(key, value) => set(withTerm(filter, key, value))} />
        <Choice label="Result" values={RESULTS} value={valueOf(filter, 'result', '=')} onValue={(value) => set(withValue(filter, 'result', '=', value))} />
        <Choice label="From" values={SOURCES} value={valueOf(filter, 'source', '=')} onValue={(value) => set(withValue(filter, 'source', '=', value))} />
        <FormSelect aria-label="Time" value={search.since ?? ''} onChange={(_, since) => onSearch({ ...search, since: since || undefined, after: undefined })}>
          {SINCE.map(({ value, label }) => (
            <FormSelectOption key={value} value={value} label={label} />
          ))}
        </FormSelect>
        <div className="kore-activity-end">{children}</div>
      </div>
      {terms.length > 0 && (
        <div className="kore-chips" role="group" aria-label="Filters">
          {terms.map((term) => (
            <Label key={formatFilter([term])} variant="outline" closeBtnAriaLabel={`Take away: ${termWords(term)}`} onClose={() => set(formatFilter(terms.filter((one) => one !== term)))}>
              {termWords(term)}
            </Label>
          ))}
          <Button variant="link" size="sm" onClick={() => set('')}>
            Clear all
          </Button>
        </div>
      )}
    </>
  )
}

function Choice({ label, values, value, onValue }: { label: string; values: readonly string[]; value: string; onValue: (value: string) => void }) {
  return (
    <FormSelect aria-label={label} value={value} onChange={(_, next) => onValue(next)}>
      <FormSelectOption value="" label={`${label}: all`} />
      {values.map((one) => (
        <FormSelectOption key={one} value={one} label={`${label}: ${one}`} />
      ))}
    </FormSelect>
  )
}

function AddTerm({ fields, onAdd }: { fields: readonly (typeof FIELDS)[number][]; onAdd: (key: FieldKey, value: string) => void }) {
  const [key, setKey] = useState<FieldKey>('actor')
  const [text, setText] = useState('')
  const field = fields.find((one) => one.key === key)
  const isTime = key === 'after' || key === 'before'
  const add = (event: FormEvent) => {
    event.preventDefault()
    const value = isTime ? instantOf(text) : text.trim()
    if (value === '') return
    onAdd(key, value)
    setText('')
  }
  return (
    <form onSubmit={add} aria-label="Add a filter">
      <FormSelect aria-label="Filter by" value={key} onChange={(_, next) => setKey(next as FieldKey)}>
        {fields.map(({ key: value, label }) => (
          <FormSelectOption key={value} value={value} label={label} />
        ))}
      </FormSelect>
      <TextInput
        aria-label={`${field?.label ?? ''} to look for`}
        type={isTime ? 'datetime-local' : 'search'}
        placeholder={field?.hint}
        value={text}
        onChange={(_, value) => setText(value)}
      />
      <Button type="submit" variant="secondary">
        Add
      </Button>
    </form>
  )
}

function instantOf(local: string): string {
  const date = new Date(local)
  return Number.isNaN(date.getTime()) ? '' : date.toISOString()
}
