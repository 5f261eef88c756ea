import { TextArea } from '@patternfly/react-core'
import { useState } from 'react'
import { read, write, type Path } from '@/lib/document'
import { useField } from './context'
import { FieldFrame } from './FieldFrame'
import type { Shape } from './shape'

/** What no other control fits: its YAML. It is taken over when somebody leaves it and it can be read. */
export function AnyField({ shape, path, label }: { shape: Shape; path: Path; label: string }) {
  const { form, value } = useField(path)
  const says = value === undefined ? '' : write(value)
  const [typed, setTyped] = useState<string | null>(null)
  const problem = typed === null ? null : read(typed).problem
  const leave = () => {
    if (typed === null || problem !== null) return
    form.change(path, typed.trim() === '' ? undefined : read(typed).value)
    setTyped(null)
  }
  return (
    <FieldFrame shape={shape} path={path} label={label}>
      {({ id, describedBy, isInvalid }) => (
        <>
          <TextArea
            id={id}
            className="kore-mono"
            aria-describedby={describedBy}
            validated={isInvalid || problem !== null ? 'error' : 'default'}
            value={typed ?? says}
            onChange={(_, text) => setTyped(text)}
            onBlur={leave}
            rows={Math.min(12, Math.max(2, says.split('\n').length))}
            spellCheck={false}
            resizeOrientation="vertical"
          />
          {problem !== null && <p className="kore-field-problem">{problem}</p>}
        </>
      )}
    </FieldFrame>
  )
}
