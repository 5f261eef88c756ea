import { Button, TextInput } from '@patternfly/react-core'
import { useState } from 'react'
import { at, pointerOf, type Path } from '@/lib/document'
import { fieldId } from '@/components/form/ErrorSummary'
import { AnyField } from './AnyField'
import { useField } from './context'
import { Names } from './Scalar'
import { ObjectFields, SchemaField } from './SchemaField'
import { fresh, type Shape } from './shape'

const namesOf = (value: unknown): string[] => (typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [])

/** Things by name, as node pools: each in a box, with one to add below. */
export function MapField({ shape, path, label, isLocked }: { shape: Shape & { kind: 'map' }; path: Path; label: string; isLocked: boolean }) {
  const { form, own, inherited, value, pointer, problems } = useField(path)
  const [name, setName] = useState('')
  if (value !== undefined && (typeof value !== 'object' || Array.isArray(value))) return <AnyField shape={{ ...shape, kind: 'any' }} path={path} label={label} />
  const names = [...new Set([...namesOf(inherited), ...namesOf(own)])]
  const isOpen = !form.isReadOnly && !isLocked
  const add = () => {
    const wanted = name.trim()
    if (wanted === '' || names.includes(wanted)) return
    form.change([...path, wanted], fresh(shape.of))
    setName('')
  }
  return (
    <div role="group" aria-label={label} className="kore-field" id={fieldId(pointer)} tabIndex={-1}>
      <div className="kore-field-label">
        <span>{label}</span>
      </div>
      {shape.about && <p className="kore-field-about">{shape.about}</p>}
      {problems.map((detail) => (
        <p key={detail} className="kore-field-problem">
          {detail}
        </p>
      ))}
      {names.map((one) => (
        <Member key={one} shape={shape.of} path={[...path, one]} name={one} isTaken={at(own, [one]) === null} isInherited={at(inherited, [one]) !== undefined} isOpen={isOpen} />
      ))}
      {names.length === 0 && <p className="kore-field-notes">None.</p>}
      {isOpen && (
        <div className="kore-field-item">
          <TextInput
            aria-label={`Name of another in ${label.toLowerCase()}`}
            placeholder="name of another"
            id={`${fieldId(pointerOf([...form.place, ...path]))}-add`}
            value={name}
            onChange={(_, text) => setName(text)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return
              event.preventDefault()
              add()
            }}
            autoComplete="off"
            spellCheck={false}
            list={shape.names.length > 0 ? `${fieldId(pointer)}-names` : undefined}
          />
          <Button variant="secondary" size="sm" isAriaDisabled={name.trim() === '' || names.includes(name.trim())} onClick={add}>
            Add
          </Button>
          <Names id={`${fieldId(pointer)}-names`} names={shape.names.filter((one) => !names.includes(one))} />
        </div>
      )}
    </div>
  )
}

interface MemberProps {
  shape: Shape
  path: Path
  name: string
  isTaken: boolean
  isInherited: boolean
  isOpen: boolean
}

function Member({ shape, path, name, isTaken, isInherited, isOpen }: MemberProps) {
  const { form, problems } = useField(path)
  // A merge patch takes away with null what the plan has; what is only written here goes with its line.
  const take = () => form.change(path, isInherited ? null : undefined)
  return (
    <fieldset className="kore-schema-member">
      <legend>{name}</legend>
      {isOpen && (
        <Button variant="link" size="sm" className="kore-schema-take" onClick={isTaken ? () => form.change(path, undefined) : take}>
          {isTaken ? `Bring ${name} back` : `Take ${name} away`}
        </Button>
      )}
      {problems.map((detail) => (
        <p key={detail} className="kore-field-problem">
          {detail}
        </p>
      ))}
      {isTaken && <p className="kore-field-notes">The plan has it; this takes it away.</p>}
      {!isTaken && (shape.kind === 'object' ? <div className="kore-schema-row"><ObjectFields shape={shape} path={path} /></div> : <SchemaField shape={shape} path={path} name={name} />)}
    </fieldset>
  )
}
