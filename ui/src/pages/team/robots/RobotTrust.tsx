import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { replaceRobot, type Robot, type TrustRule } from '@/api/kinds/robots'
import { keys } from '@/api/resource'
import { Confirm } from '@/components/Confirm'
import { ActionButton } from '@/components/ActionButton'
import { command } from '@/lib/quote'
import { Chips } from '../namespaces/Chips'
import { AddTrust } from './AddTrust'
import { profileOfRule } from './trust'

const TITLES = { github: 'GitHub Actions', gitlab: 'GitLab CI', kubernetes: 'Pods', other: 'Other tokens' }

/** `repository_id=74`, as the command line writes it. */
const claimWords = ({ claims }: TrustRule): string[] =>
  Object.entries(claims).map(([name, value]) => (typeof value === 'string' ? `${name}=${value}` : `${name}:=${String(value)}`))

/** Whose tokens the robot exchanges for its own. */
export function RobotTrust({ robot }: { robot: Robot }) {
  const { metadata, spec } = robot
  const [isAdding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<number | null>(null)
  const rules = spec.trust ?? []
  const guard = { permission: 'robot.write', team: metadata.team ?? '' }
  return (
    <section className="kore-card">
      <div className="kore-card-head">
        <h2>Whom it trusts</h2>
        <ActionButton {...guard} variant="secondary" size="sm" onClick={() => setAdding(true)}>
          Add trust
        </ActionButton>
      </div>
      {rules.length === 0 ? (
        <p className="kore-hint">Nobody. A job that proves itself with its own token needs no secret: that is the first choice.</p>
      ) : (
        <ol className="kore-lines">
          {rules.map((rule, at) => (
            <li key={JSON.stringify(rule)} className="kore-line">
              <span>{TITLES[profileOfRule(rule)]}</span>
              <Chips words={claimWords(rule)} none="no claims" />
              <span className="kore-line-end">
                <ActionButton {...guard} variant="link" size="sm" isInline isDanger onClick={() => setRemoving(at)} aria-label={`Remove trust ${at + 1}`}>
                  Remove…
                </ActionButton>
              </span>
              <span className="kore-second kore-whole">
                of {rule.issuer}, for {rule.audience}; a session lasts {rule.maxMinutes ?? 15} minutes
              </span>
            </li>
          ))}
        </ol>
      )}
      {isAdding && <AddTrust robot={robot} onClose={() => setAdding(false)} />}
      {removing !== null && <RemoveTrust robot={robot} at={removing} onClose={() => setRemoving(null)} />}
    </section>
  )
}

function RemoveTrust({ robot, at, onClose }: { robot: Robot; at: number; onClose: () => void }) {
  const client = useQueryClient()
  const { metadata: { name, team, resourceVersion }, spec } = robot
  const left = (spec.trust ?? []).filter((_, place) => place !== at)
  const change = useMutation({
    mutationFn: () => replaceRobot({ ...robot, spec: { ...spec, trust: left } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('Robot') })
      onClose()
    },
  })
  return (
    <Confirm
      isDanger
      title={`Remove trust ${at + 1} of ${name}?`}
      impact={[(spec.trust?.[at] ? claimWords(spec.trust[at]) : []).join(', '), 'Jobs that only this rule fits are refused; sessions that came by it end with their next request.']}
      action="Remove"
      errorTitle="The trust was not removed"
      cli={command(['kore', 'robot', 'trust', 'remove'], `${team ?? ''}/${name}`, String(at + 1))}
      api={{ method: 'PATCH', path: `/api/v1/teams/${team ?? ''}/robots/${name}`, ifMatch: `"${resourceVersion ?? ''}"`, body: { spec: { trust: left } } }}
      onConfirm={() => change.mutate()}
      onClose={onClose}
      isBusy={change.isPending}
      error={change.error}
    />
  )
}
