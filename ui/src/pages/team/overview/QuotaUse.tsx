import type { Schema } from '@/api/types'
import { UseBar } from '@/components/UseBar'
import { counted, titleOf } from '@/lib/quota'

type Line = Schema<'QuotaLine'>

/** What the team has of what it may have. */
export function QuotaUse({ lines }: { lines: readonly Line[] }) {
  const isFree = lines.every(({ limit }) => limit === null || limit === undefined)
  return (
    <>
      <div className="kore-stack">
        {lines.map(({ quota: name, used, limit }) => (
          <UseBar
            key={name}
            what={titleOf(name)}
            used={used}
            hard={limit}
            show={limit === null || limit === undefined ? counted(name, used) : `${counted(name, used)} of ${counted(name, limit)}`}
          />
        ))}
      </div>
      <p className="kore-hint">{isFree ? 'There is no limit for this team. ' : ''}Platform administrators set it.</p>
    </>
  )
}
