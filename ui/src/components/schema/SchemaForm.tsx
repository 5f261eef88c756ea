import { at, pointerOf, type Path } from '@/lib/document'
import { Button } from '@patternfly/react-core'
import { useMemo } from 'react'
import { FormContext, type Explained, type FormState } from './context'
import { groupsOf, plain, shapeOf, type Shape } from './shape'
import { SchemaField } from './SchemaField'
import './schema.css'

interface Props {
  /** JSON Schema of what is at `place`, as an explanation has it. */
  schema: unknown
  /** Where in the document that is, as `['spec', 'parameters']`. */
  place: Path
  /** The whole document's value, as `read(text).value`. */
  document: unknown
  /** Puts a value at a path of the whole document; `undefined` takes it away. With `put(text, path, value)`. */
  onChange: (path: Path, value: unknown) => void
  /** What holds where the document says nothing: a plan's parameters for overrides. `null` then takes a member of a map away. */
  inherited?: unknown
  /** What policies say of each parameter: what they lock is shown with value, reason and owner. */
  explained?: readonly Explained[]
  /** What the server says of fields: `problem.errors`, with pointers into the whole document. */
  problems?: readonly { pointer: string; detail: string }[]
  isReadOnly?: boolean
  /** Names that the schema leaves out on purpose: they are neither asked for nor shown. */
  known?: readonly string[]
  /** Whether the object exists already, so that fixed parameters cannot be changed. */
  isMade?: boolean
}

const NONE: readonly never[] = []

/**
 * A form for whatever a JSON Schema describes. It keeps nothing: the document is what is shown and what is changed, and
 * what the schema does not know stays in it. It says what the schema says and refuses nothing; the server decides.
 */
export function SchemaForm(props: Props) {
  const { schema, place, document, onChange, inherited, explained = NONE, problems = NONE, isReadOnly = false, isMade = false, known = NONE } = props
  const shape = useMemo(() => shapeOf(schema), [schema])
  const state: FormState = {
    place,
    value: at(document, place),
    inherited,
    hasInherited: inherited !== undefined,
    explained,
    problems,
    isReadOnly,
    isMade,
    change: (path, value) => onChange([...place, ...path], value),
  }
  return (
    <FormContext value={state}>
      <div className="kore-schema">
        {shape.kind === 'object' ? <Groups properties={shape.properties} /> : <SchemaField shape={shape} path={[]} name="value" />}
        {shape.kind === 'object' && <Unknown shape={shape} state={state} known={known} />}
      </div>
    </FormContext>
  )
}

function Groups({ properties }: { properties: readonly [string, Shape][] }) {
  return groupsOf(properties).map(([heading, fields]) => (
    <fieldset key={heading} className="kore-schema-group">
      {heading && <legend>{heading}</legend>}
      {fields.map(([name, field]) => (
        <SchemaField key={name} shape={field} path={[name]} name={name} />
      ))}
    </fieldset>
  ))
}

/** What the document says here and the schema does not know. It is kept, and can be taken away. */
function Unknown({ shape, state, known: more }: { shape: Shape & { kind: 'object' }; state: FormState; known: readonly string[] }) {
  const known = new Set([...shape.properties.map(([name]) => name), ...more])
  const value = state.value
  if (typeof value !== 'object' || value === null) return null
  const names = Object.keys(value).filter((name) => !known.has(name))
  if (names.length === 0) return null
  return (
    <fieldset className="kore-schema-group">
      <legend>Not known to this form</legend>
      {names.map((name) => (
        <div key={name} className="kore-schema-unknown" id={`field-${pointerOf([...state.place, name])}`}>
          <span>
            <code>{name}</code> {plain(at(value, [name]))}
          </span>
          {!state.isReadOnly && (
            <Button variant="link" size="sm" onClick={() => state.change([name], undefined)}>
              Take {name} away
            </Button>
          )}
        </div>
      ))}
    </fieldset>
  )
}
