import { useState, type ReactNode } from 'react'

/** A card that is closed at first: what is in it is made, and read, when somebody wants to see it. */
export function OnDemand({ summary, children }: { summary: string; children: () => ReactNode }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details className="kore-card" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{summary}</summary>
      {isOpen && children()}
    </details>
  )
}
