import { FitAddon } from '@xterm/addon-fit'
import { Terminal, type ITheme } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { useEffect, useRef } from 'react'
import { nonce } from '@/lib/nonce'
import { ShellSession, type Listener, type ShellOf } from './session'
import { withNonce } from './styled'

interface Props {
  of: ShellOf
  isForReaders: boolean
  onOpen: () => void
  onEnd: Listener['onEnd']
  /** Somebody wants to leave with the keyboard. */
  onLeave: () => void
}

const THEMES: Record<'light' | 'dark', ITheme> = {
  light: { background: '#ffffff', foreground: '#1b1f2a', cursor: '#4a4fd8', cursorAccent: '#ffffff', selectionBackground: '#d6d8f9' },
  dark: { background: '#171b24', foreground: '#e6e9f0', cursor: '#8f95ff', cursorAccent: '#171b24', selectionBackground: '#323567' },
}
const theme = () => THEMES[document.documentElement.classList.contains('pf-v6-theme-dark') ? 'dark' : 'light']

/** A terminal with a session in it, for as long as it is shown. */
export function TerminalPane({ of, isForReaders, onOpen, onEnd, onLeave }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const terminal = useRef<Terminal | null>(null)
  const heard = useRef({ onOpen, onEnd, onLeave })
  useEffect(() => {
    heard.current = { onOpen, onEnd, onLeave }
  })
  const { team, cluster, namespace, pod, container } = of
  useEffect(() => {
    const element = place.current
    if (!element) return
    const made = new Terminal({
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--kore-mono'),
      fontSize: 13,
      lineHeight: 1.25,
      minimumContrastRatio: 4.5,
      scrollback: 5000,
      theme: theme(),
    })
    terminal.current = made
    const fit = new FitAddon()
    made.loadAddon(fit)
    withNonce(nonce(), () => made.open(element))
    fit.fit()
    let session: ShellSession | null = null
    // A page that is taken away at once opens nothing: what is opened is recorded.
    const opening = setTimeout(() => {
      session = new ShellSession({ team, cluster, namespace, pod, container }, {
        onOpen: () => {
          session?.resize(made.cols, made.rows)
          made.focus()
          heard.current.onOpen()
        },
        onData: (data) => made.write(data),
        onEnd: (ending, problem) => {
          made.options.disableStdin = true
          made.options.cursorBlink = false
          heard.current.onEnd(ending, problem)
        },
      })
    })
    made.onData((data) => session?.type(data))
    made.onResize(({ cols, rows }) => session?.resize(cols, rows))
    made.attachCustomKeyEventHandler((event) => {
      if (event.key !== 'F6' || !event.shiftKey) return true
      if (event.type === 'keydown') heard.current.onLeave()
      event.preventDefault()
      return false
    })
    const sizes = new ResizeObserver(() => fit.fit())
    sizes.observe(element)
    const themes = new MutationObserver(() => (made.options.theme = theme()))
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ['class'] })
    return () => {
      sizes.disconnect()
      themes.disconnect()
      clearTimeout(opening)
      session?.close()
      made.dispose()
      terminal.current = null
    }
  }, [team, cluster, namespace, pod, container])
  useEffect(() => {
    if (terminal.current) terminal.current.options.screenReaderMode = isForReaders
  }, [isForReaders, team, cluster, namespace, pod, container])
  return <div ref={place} className="kore-shell-terminal" role="group" aria-label={`Terminal: ${container} in ${pod}`} />
}
