import { UseBar } from './UseBar'

interface Use {
  hard: string
  used: string
}

const SHOWN: readonly [resource: string, title: string][] = [
  ['requests.cpu', 'CPU'],
  ['requests.memory', 'Memory'],
  ['pods', 'Pods'],
  ['requests.storage', 'Storage'],
]

/** How much of a namespace's quota is used; for cells of lists. */
export function QuotaBars({ quota }: { quota: Record<string, Use> | null | undefined }) {
  const shown = SHOWN.filter(([resource]) => quota?.[resource])
  if (!quota || shown.length === 0) return <span className="kore-second">no quota of Kore’s</span>
  return (
    <>
      {shown.map(([resource, title]) => (
        <UseBar key={resource} what={title} resource={resource} used={quota[resource]?.used ?? '0'} hard={quota[resource]?.hard} isSmall />
      ))}
    </>
  )
}
