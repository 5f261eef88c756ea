import { Tooltip } from '@patternfly/react-core'
import type { Status } from '@/lib/status'

/** A sign, a word and a colour; why it is so on hover and focus. */
export function StatusLabel({ status }: { status: Status }) {
  const label = (
    <span className={`kore-status kore-status-${status.tone}`}>
      <Sign tone={status.tone} />
      {status.text}
    </span>
  )
  if (!status.message) return label
  return (
    <Tooltip content={status.message}>
      <button type="button" className="kore-bare">
        {label}
      </button>
    </Tooltip>
  )
}

/** The sign alone: its shape says what its colour says. */
export function Sign({ tone }: { tone: Status['tone'] }) {
  const shapes = {
    ok: <path d="M4 8.5l2.8 2.8L12 5.700" />,
    busy: <path d="M8 2.500a5.500 5.500 0 1 1-5.500 5.500" />,
    warn: <path d="M8 4v5M8 11.500v.1" />,
    bad: <path d="M4.700 4.700l6.600 6.600M11.300 4.700l-6.600 6.600" />,
    off: <path d="M4.500 8h7" />,
  }
  return (
    <svg className={`kore-sign kore-sign-${tone}`} viewBox="0 0 16 16" aria-hidden="true">
      {shapes[tone]}
    </svg>
  )
}
