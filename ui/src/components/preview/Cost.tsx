import type { Preview } from '@/api/types'
import { Part } from './PreviewParts'

/** What it costs a month, with the arithmetic; or why nobody can say. */
export function Cost({ cost }: { cost: NonNullable<Preview['cost']> }) {
  return (
    <Part title={cost.monthly ? `Cost: ${cost.monthly} ${cost.currency ?? ''} a month` : 'Cost'}>
      {(cost.lines ?? []).map(({ what, quantity, unit, price, monthly }) => (
        <p key={what}>
          {what}: {monthly} <span className="kore-second">({quantity} {unit} at {price})</span>
        </p>
      ))}
      <p className="kore-second">{cost.note}</p>
    </Part>
  )
}
