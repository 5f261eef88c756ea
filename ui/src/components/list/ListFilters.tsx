import { FormSelect, FormSelectOption, Label, LabelGroup, SearchInput, Toolbar, ToolbarContent, ToolbarGroup, ToolbarItem } from '@patternfly/react-core'
import { useState, type ReactNode } from 'react'
import { formatFilter, parseFilter, valueOf, withValue } from '@/lib/filter'
import type { ListSearch } from './search'

/** A field to filter by: a text that names contain, or one of some values. */
export interface FilterField {
  /** The server's name of it. */
  field: string
  label: string
  /** Left out for a text. */
  options?: readonly { value: string; label: string }[]
}

interface Props {
  fields: readonly FilterField[]
  search: ListSearch
  onSearch: (search: ListSearch) => void
  toolbar?: ReactNode
}

/** The filter above a list. Terms that came with the URL and have no control are shown as labels. */
export function ListFilters({ fields, search, onSearch, toolbar }: Props) {
  const filter = search.filter ?? ''
  const set = (next: string) => onSearch({ ...search, filter: next === '' ? undefined : next, after: undefined })
  const known = (field: string, operator: string) =>
    fields.some((one) => one.field === field && operator === (one.options ? '=' : '~'))
  const terms = parseFilter(filter)
  const others = terms.filter((term) => !known(term.field, term.operator))
  return (
    <Toolbar className="kore-toolbar">
      <ToolbarContent>
        {fields.map((one) => (
          <ToolbarItem key={one.field}>
            {one.options ? (
              <FormSelect
                aria-label={one.label}
                value={valueOf(filter, one.field, '=')}
                onChange={(_, value) => set(withValue(filter, one.field, '=', value))}
              >
                <FormSelectOption value="" label={`${one.label}: all`} />
                {one.options.map(({ value, label }) => (
                  <FormSelectOption key={value} value={value} label={`${one.label}: ${label}`} />
                ))}
              </FormSelect>
            ) : (
              <TextFilter
                key={valueOf(filter, one.field, '~')}
                label={one.label}
                value={valueOf(filter, one.field, '~')}
                onValue={(value) => set(withValue(filter, one.field, '~', value))}
              />
            )}
          </ToolbarItem>
        ))}
        {others.length > 0 && (
          <ToolbarItem>
            <LabelGroup aria-label="Further filters">
              {others.map((term) => (
                <Label key={formatFilter([term])} onClose={() => set(formatFilter(terms.filter((one) => one !== term)))}>
                  {formatFilter([term])}
                </Label>
              ))}
            </LabelGroup>
          </ToolbarItem>
        )}
        {toolbar && <ToolbarGroup align={{ default: 'alignEnd' }}>{toolbar}</ToolbarGroup>}
      </ToolbarContent>
    </Toolbar>
  )
}

/** Asks when somebody has finished typing, or pressed Enter. */
function TextFilter({ label, value, onValue }: { label: string; value: string; onValue: (value: string) => void }) {
  const [text, setText] = useState(value)
  const done = () => {
    if (text !== value) onValue(text.trim())
  }
  return (
    <SearchInput
      aria-label={`${label} contains`}
      placeholder={`${label} contains`}
      value={text}
      onChange={(_, next) => setText(next)}
      onKeyDown={(event) => event.key === 'Enter' && done()}
      onBlur={done}
      onClear={() => {
        setText('')
        onValue('')
      }}
    />
  )
}
