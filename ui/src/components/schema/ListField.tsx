import { Button } from '@patternfly/react-core'
import { fieldId } from '@/components/form/ErrorSummary'
import type { Path } from '@/lib/document'
import { AnyField } from './AnyField'
import { useField } from './context'
import { FieldFrame } from './FieldFrame'
import { Scalar, type ScalarProps } from './Scalar'
import { SchemaField } from './SchemaField'
import { fresh, type Shape } from './shape'

/** A list: each item a row, with one to add below. */
export function ListField({ shape, path, label }: { shape: Shape & { kind: 'list' }; path: Path; label: string }) {
  const { form, own, value } = useField(path)
  if (value !== undefined && !Array.isArray(value)) return <AnyField shape={{ ...shape, kind: 'any' }} path={path} label={label} />
  const items: readonly unknown[] = Array.isArray(value) ? value : Array.isArray(shape.fallback) && own === undefined ? shape.fallback : []
  // A list is said as a whole: its first change writes down what held until then.
  const change = (next: readonly unknown[]) => form.change(path, next)
  return (
    <FieldFrame shape={shape} path={path} label={label} isGroup>
      {({ id, describedBy, isInvalid }) => (
        <div id={id} tabIndex={-1} className="kore-field-list">
          {items.map((_, index) => (
            // Items of a list have no other name than their place.
            // oxlint-disable-next-line react/no-array-index-key
            <div key={index} className="kore-field-item">
              {isPlain(shape.of) ? (
                <Item
                  shape={shape.of}
                  path={[...path, index]}
                  label={`${label} ${index + 1}`}
                  describedBy={describedBy}
                  isInvalid={isInvalid}
                  value={items[index]}
                  onValue={(next) => (own === undefined ? change(items.with(index, next ?? '')) : form.change([...path, index], next ?? ''))}
                />
              ) : (
                <SchemaField shape={shape.of} path={[...path, index]} name={`${label} ${index + 1}`} />
              )}
              <Button variant="link" size="sm" aria-label={`Take away: ${label.toLowerCase()} ${index + 1}`} onClick={() => change(items.filter((_one, other) => other !== index))}>
                Take away
              </Button>
            </div>
          ))}
          {items.length === 0 && <p className="kore-field-notes">None.</p>}
          {(shape.most === null || items.length < shape.most) && (
            <Button variant="link" size="sm" onClick={() => change([...items, fresh(shape.of)])}>
              Add
            </Button>
          )}
        </div>
      )}
    </FieldFrame>
  )
}

const isPlain = ({ kind }: Shape) => kind === 'text' || kind === 'number' || kind === 'choice'

function Item(props: Omit<ScalarProps, 'id'> & { path: Path }) {
  const { pointer, problems } = useField(props.path)
  return (
    <div>
      <Scalar {...props} id={fieldId(pointer)} isNamed isInvalid={problems.length > 0} />
      {problems.map((detail) => (
        <p key={detail} className="kore-field-problem">
          {detail}
        </p>
      ))}
    </div>
  )
}
