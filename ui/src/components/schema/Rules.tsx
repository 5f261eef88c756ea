import type { Schema } from '@/api/types'

/** What policies say of a parameter: what, why, and whom to ask. */
export function Rules({ rules }: { rules: readonly Schema<'ExplainedRule'>[] }) {
  return rules.map(({ policy, says, reason, owner }) => (
    <p key={`${policy} ${says}`} className="kore-field-rule">
      <strong>{says}</strong>: {reason} <span>(policy {policy}, ask {owner})</span>
    </p>
  ))
}
