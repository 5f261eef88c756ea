import { Checkbox, FormSelect, FormSelectOption, InputGroup, InputGroupItem, InputGroupText, TextArea, TextInput } from '@patternfly/react-core'
import type { Control } from './FieldFrame'
import { plain, type Shape } from './shape'

export interface ScalarProps extends Control {
  shape: Shape
  value: unknown
  /** `undefined` for nothing. */
  onValue: (value: unknown) => void
  label: string
  /** The control has no label of its own on the page. */
  isNamed?: boolean
}

/** A control for one value. What is typed is what the document says, also while it is half a number. */
export function Scalar({ shape, value, onValue: change, label, isNamed, id, describedBy, isInvalid }: ScalarProps) {
  const common = { id, 'aria-describedby': describedBy, 'aria-label': isNamed ? label : undefined }
  switch (shape.kind) {
    case 'boolean':
      return <Checkbox {...common} aria-label={undefined} label={label} isChecked={value === true} onChange={(_, checked) => change(checked)} />
    case 'choice': {
      const words = shape.options.map((one) => String(one.value))
      const now = value === undefined ? '' : String(value)
      const chosen = shape.options[words.indexOf(now === '' ? plain(shape.fallback) : now)]
      return (
        <>
          <FormSelect
            {...common}
            value={now}
            validated={isInvalid ? 'error' : 'default'}
            aria-invalid={isInvalid || undefined}
            onChange={(_, text) => change(text === '' ? undefined : (shape.options[words.indexOf(text)]?.value ?? text))}
          >
            {value === undefined && <FormSelectOption value="" label={shape.fallback === undefined ? 'Choose…' : `${plain(shape.fallback)} (default)`} />}
            {value !== undefined && !words.includes(now) && <FormSelectOption value={now} label={now} />}
            {words.map((word) => (
              <FormSelectOption key={word} value={word} label={word} />
            ))}
          </FormSelect>
          {chosen?.about && <p className="kore-field-chosen">{chosen.about}</p>}
        </>
      )
    }
    default: {
      const isNumber = shape.kind === 'number'
      const names = shape.kind === 'text' ? shape.examples : []
      if (shape.kind === 'text' && shape.isLong && (value === undefined || typeof value === 'string')) {
        return <TextArea {...common} value={value ?? ''} rows={2} resizeOrientation="vertical" validated={isInvalid ? 'error' : 'default'} aria-invalid={isInvalid || undefined} onChange={(_, text) => change(text === '' ? undefined : text)} />
      }
      const input = (
        <TextInput
          {...common}
          value={value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)}
          placeholder={shape.fallback === undefined ? (shape.kind === 'text' ? shape.examples[0] : undefined) : plain(shape.fallback)}
          inputMode={isNumber ? 'decimal' : undefined}
          autoComplete="off"
          spellCheck={false}
          list={names.length > 1 ? `${id}-list` : undefined}
          validated={isInvalid ? 'error' : 'default'}
          aria-invalid={isInvalid || undefined}
          onChange={(_, text) => change(text === '' ? undefined : isNumber ? numberOr(text) : shape.kind === 'text' && shape.isAnyScalar ? scalarOf(text) : text)}
        />
      )
      if (names.length > 1) return <>{input}<Names id={`${id}-list`} names={names} /></>
      if (!shape.unit) return input
      return (
        <InputGroup className="kore-field-unit">
          <InputGroupItem isFill>{input}</InputGroupItem>
          <InputGroupText>{shape.unit}</InputGroupText>
        </InputGroup>
      )
    }
  }
}

/** The number that a text is, when it is written as numbers are; else the text, which the server refuses with its reason. */
const numberOr = (text: string) => (String(Number(text)) === text && Number.isFinite(Number(text)) ? Number(text) : text)

/** A number, yes or no, or else the text: where any of them may be said. */
const scalarOf = (text: string) => (text === 'true' ? true : text === 'false' ? false : numberOr(text))

/** Names that a browser offers while somebody types. */
export function Names({ id, names }: { id: string; names: readonly string[] }) {
  return (
    <datalist id={id}>
      {names.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </datalist>
  )
}
