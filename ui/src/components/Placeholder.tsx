import { Copy } from './Copy'
import { PageFrame, type Crumb } from './PageFrame'
import { Empty } from './states'

interface Props {
  title: string
  crumbs?: readonly Crumb[]
  /** What does it meanwhile. */
  cli: string
}

/** A page that is not made yet, and says so. */
export function Placeholder({ title, crumbs, cli }: Props) {
  return (
    <PageFrame title={title} crumbs={crumbs}>
      <Empty title="This page is not made yet">
        The command line has it: <Copy text={cli} what="command" />
      </Empty>
    </PageFrame>
  )
}
