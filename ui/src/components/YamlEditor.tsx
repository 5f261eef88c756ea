import { Spinner } from '@patternfly/react-core'
import { lazy, Suspense, useId } from 'react'
import './editor.css'

interface Props {
  /** What it is, as "Plan version". */
  label: string
  text: string
  onChange: (text: string) => void
  /** Why it cannot be read, as `read(text).problem` says; a line that it names is marked. */
  problem: string | null
  isReadOnly?: boolean
}

const Inner = lazy(() => import('./CodeMirror'))

/** The line that a problem of YAML names. */
const lineOf = (problem: string | null) => (problem === null ? null : Number(/line (\d+)/.exec(problem)?.[1] ?? 1))

/** A document as text, with colours and numbers of lines. The editor itself is a chunk of its own. */
export function YamlEditor({ label, text, onChange, problem, isReadOnly = false }: Props) {
  const about = useId()
  return (
    <div className="kore-editor-box">
      <Suspense
        fallback={
          <p role="status">
            <Spinner size="md" aria-hidden="true" /> Loading the editor…
          </p>
        }
      >
        <Inner label={`${label} as YAML`} text={text} onChange={onChange} describedBy={about} wrong={lineOf(problem)} isReadOnly={isReadOnly} />
      </Suspense>
      <div id={about} className="kore-hint" aria-live="polite">
        {problem !== null && <p className="kore-editor-problem">{problem}</p>}
        {!isReadOnly && (
          <p>
            <kbd>Tab</kbd> indents; <kbd>Esc</kbd> and then <kbd>Tab</kbd> leaves the editor. Comments, order and what the form does not know stay as they are.
          </p>
        )}
      </div>
    </div>
  )
}
