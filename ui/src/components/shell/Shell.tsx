import { Alert, Button, Switch } from '@patternfly/react-core'
import { lazy, Suspense, useRef, useState } from 'react'
import { Failed, Loading } from '@/components/states'
import { endingWords, type Ending } from './frames'
import type { ShellOf } from './session'
import './shell.css'

const TerminalPane = lazy(() => import('./TerminalPane').then((module) => ({ default: module.TerminalPane })))

type State = { is: 'connecting' | 'open' } | { is: 'ended'; ending: Ending; problem: unknown }

const READERS = 'kore.shell.readers'
const isWanted = () => {
  try {
    return localStorage.getItem(READERS) === 'yes'
  } catch {
    return false
  }
}

/** A shell in a container: how it goes, how it ended, and how the keyboard gets out of it. */
export function Shell({ of }: { of: ShellOf }) {
  const [state, setState] = useState<State>({ is: 'connecting' })
  const [round, setRound] = useState(0)
  const [isForReaders, setForReaders] = useState(isWanted)
  const way = useRef<HTMLParagraphElement>(null)
  const again = () => {
    setState({ is: 'connecting' })
    setRound(round + 1)
  }
  const forReaders = (is: boolean) => {
    setForReaders(is)
    try {
      localStorage.setItem(READERS, is ? 'yes' : 'no')
    } catch {
      // A browser that keeps nothing asks again the next time.
    }
  }
  const wrong = state.is === 'ended' && state.ending.code !== 0
  return (
    <section aria-label="Shell" className="kore-shell">
      <div className="kore-shell-bar">
        <p ref={way} tabIndex={-1} className="kore-hint">
          <span role="status">{{ connecting: 'Connecting… ', open: 'Connected. ', ended: 'Ended. ' }[state.is]}</span>
          <kbd>Shift</kbd> <kbd>F6</kbd> leaves the terminal; all other keys are the shell’s. What is typed here is not recorded, that you were here is.
        </p>
        <Switch label="For screen readers" isChecked={isForReaders} onChange={(_, is) => forReaders(is)} />
        {state.is === 'ended' && (
          <Button variant="secondary" size="sm" onClick={again}>
            Start a new shell
          </Button>
        )}
      </div>
      {state.is === 'ended' && state.problem !== null && <Failed error={state.problem} onRetry={again} />}
      {state.is === 'ended' && state.problem === null && (
        <Alert isInline variant={wrong ? 'warning' : 'info'} title={endingWords(state.ending)}>
          {state.ending.message !== null && endingWords(state.ending) !== state.ending.message && <p className="kore-cause">{state.ending.message}</p>}
        </Alert>
      )}
      <Suspense fallback={<Loading what="Loading the terminal" />}>
        <TerminalPane
          key={round}
          of={of}
          isForReaders={isForReaders}
          onOpen={() => setState({ is: 'open' })}
          onEnd={(ending, problem) => setState({ is: 'ended', ending, problem })}
          onLeave={() => way.current?.focus()}
        />
      </Suspense>
    </section>
  )
}
