import { Alert } from '@patternfly/react-core'
import { useEffect, useRef } from 'react'
import { OWNERS } from '@/api/problems'
import { fieldId } from '@/components/form/ErrorSummary'
import { placeOf, type Blocker } from './blockers'

/** Goes to the field of a place, or to the closest one around it. */
export function focusPlace(pointer: string): void {
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const field = document.getElementById(fieldId(at))
    if (!field) continue
    field.closest('details')?.setAttribute('open', '')
    field.focus()
    field.scrollIntoView({ block: 'center' })
    return
  }
  // The document is shown as text: what it is about is in there.
  document.querySelector<HTMLElement>('.kore-editor .cm-content')?.focus()
}

/** What stands in the way, each with a way to its field. */
export function BlockerList({ id, blockers }: { id?: string; blockers: readonly Blocker[] }) {
  return (
    <ul id={id} className="kore-blockers">
      {blockers.map(({ pointer, text, owner, fix }) => (
        <li key={`${pointer} ${text}`}>
          {pointer && (
            <>
              <a
                href={`#${fieldId(pointer)}`}
                onClick={(event) => {
                  event.preventDefault()
                  focusPlace(pointer)
                }}
              >
                {placeOf(pointer)}
              </a>
              {': '}
            </>
          )}
          {text}
          {owner !== 'you' && <span className="kore-owner">{OWNERS[owner]}</span>}
          {fix.length > 0 && <span className="kore-second">{fix.join('; ')}</span>}
        </li>
      ))}
    </ul>
  )
}

/** The same at the top of the form, where focus goes when somebody presses the button all the same. */
export function BlockerSummary({ title, blockers, asked }: { title: string; blockers: readonly Blocker[]; asked: number }) {
  const box = useRef<HTMLDivElement>(null)
  const answered = useRef(0)
  const isShown = asked > 0 && blockers.length > 0
  useEffect(() => {
    // Once for each press of the button, also when the server says only later what stands in the way.
    if (!isShown || answered.current === asked) return
    answered.current = asked
    box.current?.focus()
  }, [asked, isShown])
  if (!isShown) return null
  return (
    <div ref={box} tabIndex={-1} className="kore-summary">
      <Alert isInline variant="warning" title={title}>
        <BlockerList blockers={blockers} />
      </Alert>
    </div>
  )
}
