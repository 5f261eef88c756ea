import { Link } from '@tanstack/react-router'
import type { Operation } from '@/api/types'
import { OperationTimeline } from '@/components/OperationTimeline'
import { changeWords } from './words'

/** What is being done to an object, or what failed, step by step. */
export function UnderWay({ operation }: { operation: Operation }) {
  return (
    <section className="kore-card">
      <h2>
        <Link to="/operations/$operation" params={{ operation: operation.id }}>
          {changeWords(operation)}
        </Link>
      </h2>
      <OperationTimeline operation={operation} />
    </section>
  )
}
