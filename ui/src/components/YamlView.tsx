import { CopyButton } from './Copy'

/** A text in code letters, to read and to copy. */
export function YamlView({ text, what = 'text' }: { text: string; what?: string }) {
  return (
    <div className="kore-code">
      {/* It scrolls, so the keyboard must reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} aria-label={what}>
        {text}
      </pre>
      <CopyButton text={text} what={what} />
    </div>
  )
}
