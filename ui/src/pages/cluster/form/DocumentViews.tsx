import { Button } from '@patternfly/react-core'
import { useState, type ReactNode } from 'react'
import { request, type Call } from '@/components/Equivalents'
import { YamlEditor } from '@/components/YamlEditor'
import { YamlView } from '@/components/YamlView'
import { read } from '@/lib/document'
import { Diff } from './Diff'
import { VIEWS, type View } from './views'

const TITLES: Record<View, string> = { form: 'Form', yaml: 'YAML', cli: 'CLI · API' }

interface Props {
  view: View
  onView: (view: View) => void
  /** What the document is, as "Cluster". */
  label: string
  text: string
  onText: (text: string) => void
  cli: string
  api: Call
  form: ReactNode
}

/** One document as form, text and command. What was written in the text is shown once more before the form takes it. */
export function DocumentViews({ view, onView, label, text, onText, cli, api, form }: Props) {
  const [entered, setEntered] = useState(text)
  const [wanted, setWanted] = useState<View | null>(null)
  const { problem } = read(text)
  const go = (next: View) => {
    setWanted(null)
    if (next === 'yaml') setEntered(text)
    onView(next)
  }
  const ask = (next: View) => (view === 'yaml' && next !== 'yaml' && text !== entered ? setWanted(next) : go(next))
  return (
    <div className="kore-stack">
      <div className="kore-views" role="group" aria-label={`${label} as`}>
        {VIEWS.map((one) => (
          <button key={one} type="button" aria-pressed={view === one} onClick={() => view !== one && ask(one)}>
            {TITLES[one]}
          </button>
        ))}
      </div>
      {wanted !== null && (
        <section className="kore-leave" aria-label="What you changed in the YAML">
          <h3>{problem === null ? 'You changed this in the YAML' : 'The YAML cannot be read'}</h3>
          {problem === null ? <Diff before={entered} after={text} /> : <p>{problem}</p>}
          <div className="kore-row">
            {problem === null && (
              <Button size="sm" onClick={() => go(wanted)}>
                Go on with it
              </Button>
            )}
            <Button size="sm" variant="secondary" onClick={() => setWanted(null)}>
              Back to the YAML
            </Button>
            <Button
              size="sm"
              variant="link"
              onClick={() => {
                onText(entered)
                setWanted(null)
                onView(wanted)
              }}
            >
              Drop it
            </Button>
          </div>
        </section>
      )}
      {wanted === null && view === 'form' && (problem === null ? form : <Unreadable problem={problem} onYaml={() => go('yaml')} />)}
      {wanted === null && view === 'yaml' && <YamlEditor label={label} text={text} onChange={onText} problem={problem} />}
      {wanted === null && view === 'cli' && (
        <div className="kore-stack">
          <YamlView text={cli} what="command" />
          {cli.includes('apply -f') && <p className="kore-hint">The flags of the command do not know all that is in the document: save the YAML as cluster.yaml.</p>}
          <YamlView text={request(api)} what="request" />
        </div>
      )}
    </div>
  )
}

function Unreadable({ problem, onYaml }: { problem: string; onYaml: () => void }) {
  return (
    <p>
      The YAML cannot be read: {problem}{' '}
      <Button variant="link" isInline onClick={onYaml}>
        Mend it there
      </Button>
    </p>
  )
}
