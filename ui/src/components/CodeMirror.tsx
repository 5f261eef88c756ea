import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language'
import { EditorState, StateEffect, StateField } from '@codemirror/state'
import { Decoration, drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, type DecorationSet } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { useEffect, useRef } from 'react'
import { nonce } from '@/lib/nonce'

interface Props {
  label: string
  text: string
  onChange: (text: string) => void
  describedBy: string
  /** The line that something is wrong with, from 1. */
  wrong: number | null
  isReadOnly: boolean
}

const setWrong = StateEffect.define<number | null>()
const wrongLine = Decoration.line({ class: 'kore-editor-wrong' })

const wrongField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marked, transaction) {
    let next = marked.map(transaction.changes)
    for (const effect of transaction.effects) {
      if (!effect.is(setWrong)) continue
      const { doc } = transaction.state
      next = effect.value === null ? Decoration.none : Decoration.set(wrongLine.range(doc.line(Math.min(Math.max(1, effect.value), doc.lines)).from))
    }
    return next
  },
  provide: (field) => EditorView.decorations.from(field),
})

// Colours are classes, so that both themes are in the style sheet.
const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], class: 'kore-yaml-key' },
  { tag: [tags.string, tags.special(tags.string)], class: 'kore-yaml-text' },
  { tag: [tags.keyword, tags.bool, tags.null, tags.number, tags.atom], class: 'kore-yaml-value' },
  { tag: [tags.comment, tags.lineComment], class: 'kore-yaml-comment' },
  { tag: [tags.separator, tags.punctuation, tags.squareBracket, tags.brace, tags.meta], class: 'kore-yaml-sign' },
])

function extensions(label: string, describedBy: string, isReadOnly: boolean, onChange: (text: string) => void) {
  const token = nonce()
  return [
    ...(token ? [EditorView.cspNonce.of(token)] : []),
    lineNumbers(),
    history(),
    drawSelection(),
    highlightActiveLine(),
    indentUnit.of('  '),
    yaml(),
    syntaxHighlighting(colours),
    wrongField,
    keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
    EditorView.lineWrapping,
    // That it takes the keyboard is said: what scrolls has to be reached by it.
    EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': label, 'aria-describedby': describedBy, spellcheck: 'false', autocorrect: 'off', autocapitalize: 'off' }),
    EditorState.readOnly.of(isReadOnly),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString())
    }),
  ]
}

/** CodeMirror, with the text from outside. Import it through `YamlEditor`. */
export default function CodeMirror({ label, text, onChange, describedBy, wrong, isReadOnly }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const latest = useRef({ text, onChange })
  useEffect(() => {
    latest.current = { text, onChange }
  })
  useEffect(() => {
    if (!place.current) return
    const told = (next: string) => next !== latest.current.text && latest.current.onChange(next)
    const state = EditorState.create({ doc: latest.current.text, extensions: extensions(label, describedBy, isReadOnly, told) })
    const made = new EditorView({ state, parent: place.current })
    view.current = made
    return () => made.destroy()
  }, [label, describedBy, isReadOnly])
  useEffect(() => {
    const now = view.current?.state.doc
    if (now && now.toString() !== text) view.current?.dispatch({ changes: { from: 0, to: now.length, insert: text } })
  }, [text])
  useEffect(() => view.current?.dispatch({ effects: setWrong.of(wrong) }), [wrong])
  return <div ref={place} className="kore-editor" />
}
