import type { Schema } from '@/api/types'
import { UseBar } from '@/components/UseBar'

type Line = Schema<'QuotaLine'>

const COUNTED: Record<string, string> = { clusters: 'Clusters', nodes: 'Nodes', vcpus: 'vCPU', memoryMib: 'Memory', namespaces: 'Namespaces' }

/** MiB as people read it. */
const amount = (quota: string, value: number): string | number => (quota === 'memoryMib' && value >= 1024 ? `${Math.round((value / 1024) * 10) / 10} GiB` : quota === 'memoryMib' ? `${value} MiB` : value)

/** What the team has of what it may have. */
export function QuotaUse({ lines }: { lines: readonly Line[] }) {
  const isFree = lines.every(({ limit }) => limit === null || limit === undefined)
  return (
    <>
      <div className="kore-stack">
        {lines.map(({ quota: name, used, limit }) => (
          <UseBar
            key={name}
            what={COUNTED[name] ?? name}
            used={used}
            hard={limit}
            show={limit === null || limit === undefined ? String(amount(name, used)) : `${amount(name, used)} of ${amount(name, limit)}`}
          />
        ))}
      </div>
      <p className="kore-hint">{isFree ? 'There is no limit for this team. ' : ''}Platform administrators set it.</p>
    </>
  )
}
