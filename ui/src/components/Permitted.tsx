import { useState, type ReactNode } from 'react'
import { usePermission, whyNot, type Question } from '@/api/permissions'
import { PageFrame } from './PageFrame'
import { Empty, Loading } from './states'

interface Props extends Question {
  /** The page's title, where the children are the whole page. */
  title?: string
  children: ReactNode
}

/** What is there only for doing something: whoever may not is told so at once, and not after filling it in. */
export function Permitted({ permission, team, cluster, title, children }: Props) {
  const may = usePermission(permission, { team, cluster })
  // A role that goes while somebody types takes nothing away that is typed: then the server refuses it.
  const [begun, setBegun] = useState(false)
  if (may.allowed && !begun) setBegun(true)
  if (may.allowed || begun) return <>{children}</>
  if (may.pending) return <Loading what="Looking up what you may do" />
  const refusal = <Empty title="You may not do this">{whyNot(may)}</Empty>
  return title === undefined ? refusal : <PageFrame title={title}>{refusal}</PageFrame>
}
