import { useParams } from '@tanstack/react-router'
import { Copy } from '@/components/Copy'
import { Empty } from '@/components/states'
import { TABS } from './tabs'

/** A tab that is not made yet, or that there is not. */
export function OtherTab() {
  const { team, cluster, tab } = useParams({ from: '/shell/teams/$team/clusters/$cluster/$tab' })
  const known = TABS.find((one) => one.tab === tab)
  if (!known) return <Empty title="There is no such tab">The address may be from another version of the console.</Empty>
  return (
    <Empty title="This tab is not made yet">
      The command line has it: <Copy text={known.cli(`${team}/${cluster}`)} what="command" />
    </Empty>
  )
}
