import { Button, Tooltip } from '@patternfly/react-core'
import { useState } from 'react'
import { Icon } from './Icon'

/** Copies a text. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 2000)
  }
  return (
    <Tooltip content={copied ? 'Copied' : `Copy ${what}`} trigger="mouseenter focus click">
      <Button variant="plain" size="sm" aria-label={`Copy ${what}`} onClick={() => void copy()} icon={<Icon name={copied ? 'check' : 'copy'} />} />
    </Tooltip>
  )
}

/** A short text in code letters, to copy. */
export function Copy({ text, what }: { text: string; what: string }) {
  return (
    <span className="kore-copy">
      <code>{text}</code>
      <CopyButton text={text} what={what} />
    </span>
  )
}
