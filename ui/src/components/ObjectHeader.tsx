import { Alert } from '@patternfly/react-core'
import type { ReactNode } from 'react'
import type { Failure } from '@/api/types'
import type { Status } from '@/lib/status'
import { PageFrame, type Crumb } from './PageFrame'
import { Remedy } from './ProblemAlert'
import { StatusLabel } from './StatusLabel'

interface Props {
  title: string
  status: Status
  crumbs?: readonly Crumb[]
  lead?: ReactNode
  actions?: ReactNode
  /** Why it is not fine, when an operation says so. */
  failure?: Failure | null
  /** What to do or to wait for, when it is not fine. */
  next?: ReactNode
  children: ReactNode
}

/** The page of one object: how it is, why, and what comes next, before anything else. */
export function ObjectHeader({ title, status, crumbs, lead, actions, failure, next, children }: Props) {
  const trouble = status.tone === 'bad' || status.tone === 'warn'
  const say = failure?.message ?? status.message
  return (
    <PageFrame title={title} beside={<StatusLabel status={{ ...status, message: null }} />} crumbs={crumbs} lead={lead} actions={actions}>
      {say && status.tone !== 'ok' && (
        <Alert isInline variant={trouble ? (status.tone === 'bad' ? 'danger' : 'warning') : 'info'} title={say}>
          {failure && (
            <>
              {failure.cause && <p className="kore-cause">{failure.cause}</p>}
              <Remedy owner={failure.owner} fix={failure.fix ?? []} />
              <p className="kore-problem-facts">
                <span>{failure.code}</span>
                {failure.retryable && <span>Kore tries again by itself</span>}
              </p>
            </>
          )}
          {next}
        </Alert>
      )}
      {children}
    </PageFrame>
  )
}
