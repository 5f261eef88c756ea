import { Spinner } from '@patternfly/react-core'
import { lazy, Suspense } from 'react'

/** A line that something is wrong with. */
export interface Mark {
  /** From 1. */
  line: number
  text: string
}

export interface YamlEditorProps {
  /** What is edited, for those who do not see it: as "Cluster in YAML". */
  label: string
  value: string
  /** Left out for a text that is only read. */
  onChange?: (text: string) => void
  marks?: readonly Mark[]
}

const Inner = lazy(() => import('./CodeMirror'))

/** YAML with colours, line numbers and marks. The editor itself is a chunk of its own. */
export function YamlEditor(props: YamlEditorProps) {
  const { marks = [], onChange } = props
  return (
    <div className="kore-editor-box">
      <Suspense fallback={<p role="status"><Spinner size="md" aria-hidden="true" /> Loading the editor…</p>}>
        <Inner {...props} />
      </Suspense>
      {marks.length > 0 && (
        <ul className="kore-editor-marks" role="alert">
          {marks.map(({ line, text }) => (
            <li key={`${line} ${text}`}>
              Line {line}: {text}
            </li>
          ))}
        </ul>
      )}
      {onChange && (
        <p className="kore-hint">
          <kbd>Tab</kbd> indents; <kbd>Esc</kbd> and then <kbd>Tab</kbd> leaves the editor.
        </p>
      )}
    </div>
  )
}
