import type { Path } from '@/lib/document'
import { isAllLocked, useField } from './context'
import { FieldFrame } from './FieldFrame'
import { ListField } from './ListField'
import { MapField } from './MapField'
import { Scalar } from './Scalar'
import { AnyField } from './AnyField'
import { titleOf, type Shape } from './shape'

interface Props {
  shape: Shape
  path: Path
  name: string
  isRequired?: boolean
}

/** One field of a form, whatever it is. */
export function SchemaField({ shape, path, name, isRequired }: Props) {
  const field = useField(path)
  const label = shape.title ?? titleOf(name)
  switch (shape.kind) {
    case 'object':
      return (
        <fieldset className="kore-schema-inner">
          <legend>{label}</legend>
          <ObjectFields shape={shape} path={path} />
        </fieldset>
      )
    case 'map':
      return <MapField shape={shape} path={path} label={label} isLocked={isAllLocked(field.form, path)} />
    case 'list':
      return <ListField shape={shape} path={path} label={label} />
    case 'any':
      return <AnyField shape={shape} path={path} label={label} />
    default:
      return (
        <FieldFrame shape={shape} path={path} label={label} isRequired={isRequired}>
          {(control) => <Scalar shape={shape} value={field.value} onValue={(next) => field.form.change(path, next)} label={label} {...control} />}
        </FieldFrame>
      )
  }
}

/** The fields of an object, below each other. */
export function ObjectFields({ shape, path }: { shape: Shape & { kind: 'object' }; path: Path }) {
  return shape.properties.map(([name, field]) => (
    <SchemaField key={name} shape={field} path={[...path, name]} name={name} isRequired={shape.required.includes(name)} />
  ))
}
