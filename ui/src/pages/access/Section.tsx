import { useId, type ReactNode } from 'react'

interface Props {
  title: string
  /** What it is, in one line. */
  lead?: ReactNode
  actions?: ReactNode
  children: ReactNode
}

/** A part of a page, with its name and its actions. */
export function Section({ title, lead, actions, children }: Props) {
  const id = useId()
  return (
    <section className="kore-section" aria-labelledby={id}>
      <div className="kore-section-head">
        <h2 id={id}>{title}</h2>
        {lead && <p>{lead}</p>}
        {actions && <div className="kore-section-actions">{actions}</div>}
      </div>
      {children}
    </section>
  )
}
