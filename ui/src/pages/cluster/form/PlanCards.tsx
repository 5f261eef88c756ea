import { fieldId } from '@/components/form/ErrorSummary'
import type { Offer } from './offers'

interface Props {
  offers: readonly Offer[]
  chosen: string | null
  onChoose: (plan: string) => void
}

/** The plans that a team may make clusters of, in words. */
export function PlanCards({ offers, chosen, onChoose }: Props) {
  const first = offers.find(({ name }) => name === chosen) ?? offers[0]
  return (
    <fieldset className="kore-plans">
      <legend>Plan</legend>
      {offers.map((offer) => (
        <label key={offer.name} className="kore-plan">
          <input
            type="radio"
            name="plan"
            value={offer.name}
            id={offer === first ? fieldId('/spec/plan/name') : undefined}
            checked={chosen === offer.name}
            aria-disabled={offer.unavailable !== null}
            disabled={offer.unavailable !== null}
            onChange={() => onChoose(offer.name)}
          />
          <span className="kore-plan-body">
            <strong>{offer.title}</strong>
            <span className="kore-second">
              {offer.name}
              {offer.version !== null && ` v${offer.version}`}
            </span>
            {offer.description && <span>{offer.description}</span>}
            {offer.words.length > 0 && (
              <ul>
                {offer.words.map((words) => (
                  <li key={words}>{words}</li>
                ))}
              </ul>
            )}
            {offer.unavailable && <span className="kore-plan-note">{offer.unavailable}</span>}
            {offer.warning && <span className="kore-plan-note">{offer.warning}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
