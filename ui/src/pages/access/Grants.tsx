import { useState } from 'react'
import type { RoleBinding } from '@/api/kinds/roleBindings'
import { ActionButton } from '@/components/ActionButton'
import { Loading } from '@/components/states'
import { Time } from '@/components/Time'
import { RevokeBinding } from './RevokeBinding'
import { scopeWords, subjectName } from './scope'

interface Props {
  grants: readonly RoleBinding[]
  team: string
  /** What is said when there are none. */
  none: string
  isLoading: boolean
  /** Leaves out whose roles they are. */
  isOfOne?: boolean
}

/** Roles of single people and robots, each to be taken away. */
export function Grants({ grants, team, none, isLoading, isOfOne }: Props) {
  const [revoking, setRevoking] = useState<RoleBinding | null>(null)
  if (isLoading) return <Loading rows={2} what="Loading roles" />
  if (grants.length === 0) return <p className="kore-hint">{none}</p>
  return (
    <>
      <ul className="kore-lines">
        {grants.map((one) => {
          const { subject, role, scope, expiresAt, networks = [], elevation } = one.spec
          return (
            <li key={one.metadata.name} className="kore-line">
              {!isOfOne && <span>{subjectName(subject)}</span>}
              <span>
                <strong>{role}</strong> in {scopeWords(scope ?? {})}
              </span>
              {expiresAt && <span className="kore-closed">ends <Time at={expiresAt} /></span>}
              {networks.length > 0 && <span className="kore-closed">from {networks.join(', ')}</span>}
              {elevation && <span className="kore-closed">by elevation</span>}
              <span className="kore-line-end">
                {one.status?.grantedBy && `by ${subjectName(one.status.grantedBy)} `}
                <ActionButton permission="roleBinding.write" team={team} variant="link" size="sm" isInline isDanger onClick={() => setRevoking(one)} aria-label={`Take away ${role} in ${scopeWords(scope ?? {})} from ${subjectName(subject)}`}>
                  Take away…
                </ActionButton>
              </span>
            </li>
          )
        })}
      </ul>
      {revoking && <RevokeBinding binding={revoking} onClose={() => setRevoking(null)} />}
    </>
  )
}
