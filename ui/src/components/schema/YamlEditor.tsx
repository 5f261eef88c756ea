import { TextArea } from '@patternfly/react-core'
import { useId } from 'react'
import './schema.css'

interface Props {
  /** What it is, as "Plan version". */
  label: string
  text: string
  onChange: (text: string) => void
  /** Why it cannot be read. */
  problem: string | null
  isReadOnly?: boolean
}

/** The document as text. */
export function YamlEditor({ label, text, onChange, problem, isReadOnly }: Props) {
  const about = useId()
  return (
    <div className="kore-yaml">
      <TextArea
        aria-label={`${label} as YAML`}
        aria-describedby={about}
        className="kore-mono"
        value={text}
        onChange={(_, next) => onChange(next)}
        rows={Math.min(40, Math.max(10, text.split('\n').length + 1))}
        validated={problem === null ? 'default' : 'error'}
        aria-invalid={problem === null ? undefined : true}
        readOnlyVariant={isReadOnly ? 'default' : undefined}
        spellCheck={false}
        autoComplete="off"
        wrap="off"
        resizeOrientation="vertical"
      />
      <p id={about} className={problem === null ? 'kore-hint' : 'kore-field-problem'} aria-live="polite">
        {problem ?? 'Comments, order and what the form does not know stay as they are.'}
      </p>
    </div>
  )
}
