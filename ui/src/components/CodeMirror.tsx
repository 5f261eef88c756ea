import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language'
import { EditorState, StateEffect, StateField } from '@codemirror/state'
import { Decoration, drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, type DecorationSet } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { useEffect, useRef } from 'react'
import { nonce } from '@/lib/nonce'
import type { Mark, YamlEditorProps } from './YamlEditor'
import './editor.css'

const setMarks = StateEffect.define<readonly Mark[]>()
const wrong = Decoration.line({ class: 'kore-editor-wrong' })

const markField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marked, transaction) {
    let next = marked.map(transaction.changes)
    for (const effect of transaction.effects) {
      if (!effect.is(setMarks)) continue
      const { doc } = transaction.state
      const lines = [...new Set(effect.value.map(({ line }) => Math.min(Math.max(1, line), doc.lines)))]
      next = Decoration.set(lines.toSorted((a, b) => a - b).map((line) => wrong.range(doc.line(line).from)))
    }
    return next
  },
  provide: (field) => EditorView.decorations.from(field),
})

// Colours are classes, so that both themes are in the style sheet.
const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], class: 'kore-yaml-key' },
  { tag: [tags.string, tags.content, tags.special(tags.string)], class: 'kore-yaml-text' },
  { tag: [tags.keyword, tags.bool, tags.null, tags.number, tags.atom], class: 'kore-yaml-value' },
  { tag: [tags.comment, tags.lineComment], class: 'kore-yaml-comment' },
  { tag: [tags.separator, tags.punctuation, tags.squareBracket, tags.brace, tags.meta], class: 'kore-yaml-sign' },
])

function extensions(label: string, onChange: ((text: string) => void) | undefined) {
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
    markField,
    keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', autocorrect: 'off', autocapitalize: 'off' }),
    EditorState.readOnly.of(!onChange),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange?.(update.state.doc.toString())
    }),
  ]
}

/** CodeMirror, with the value from outside. Import it through `YamlEditor`. */
export default function CodeMirror({ label, value, onChange, marks = [] }: YamlEditorProps) {
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const changed = useRef(onChange)
  useEffect(() => {
    changed.current = onChange
  }, [onChange])
  const editable = onChange !== undefined
  const first = useRef(value)
  useEffect(() => {
    if (!place.current) return
    const tell = editable ? (text: string) => changed.current?.(text) : undefined
    const state = EditorState.create({ doc: first.current, extensions: extensions(label, tell) })
    const made = new EditorView({ state, parent: place.current })
    view.current = made
    return () => {
      first.current = made.state.doc.toString()
      made.destroy()
      view.current = null
    }
  }, [label, editable])
  useEffect(() => {
    const now = view.current?.state.doc
    if (!now || now.toString() === value) return
    view.current?.dispatch({ changes: { from: 0, to: now.length, insert: value } })
  }, [value])
  useEffect(() => view.current?.dispatch({ effects: setMarks.of(marks) }), [marks, value])
  return <div ref={place} className="kore-editor" />
}
