import { amount, quantity } from '@/lib/kube/quantity'

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

/** How much of a namespace's quota is used. */
export function QuotaBars({ quota }: { quota: Record<string, Use> | null | undefined }) {
  const shown = SHOWN.filter(([resource]) => quota?.[resource])
  if (!quota || shown.length === 0) return <span className="kore-second">no quota of Kore’s</span>
  return (
    <>
      {shown.map(([resource, title]) => {
        const { used = '0', hard = '0' } = quota[resource] ?? {}
        const part = Math.min(1, (quantity(used) ?? 0) / (quantity(hard) || 1))
        return (
          <div key={resource} className="kore-kube-bar">
            <span>{title}</span>
            <svg viewBox="0 0 100 6" preserveAspectRatio="none" height="6" aria-hidden="true">
              <rect width={part * 100} height="6" className={part >= 1 ? 'kore-bar-bad' : part >= 0.8 ? 'kore-bar-warn' : 'kore-bar-busy'} />
            </svg>
            <span>{`${amount(resource, used)} of ${amount(resource, hard)}`}</span>
          </div>
        )
      })}
    </>
  )
}
