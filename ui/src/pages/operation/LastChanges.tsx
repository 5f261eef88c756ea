import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Operation } from '@/api/types'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import { changeWords, standOf } from './words'
import './operation.css'

/** What was done to an object, the newest first; its children lead to the rest. */
export function LastChanges({ operations, children }: { operations: readonly Operation[]; children?: ReactNode }) {
  if (operations.length === 0) return null
  return (
    <section className="kore-card">
      <h2>Last changes</h2>
      <ul className="kore-changes-list">
        {operations.slice(0, 5).map((operation) => (
          <li key={operation.id}>
            <Time at={operation.createdAt} />
            <span>
              <Link to="/operations/$operation" params={{ operation: operation.id }}>
                {changeWords(operation)}
              </Link>{' '}
              <span className="kore-second kore-inline">by {operation.requestedBy.replace(/^user:/, '').replace(/^system:controller$/, 'Kore')}</span>
            </span>
            <StatusLabel status={standOf(operation)} />
          </li>
        ))}
      </ul>
      {children && <p className="kore-hint">{children}</p>}
    </section>
  )
}
