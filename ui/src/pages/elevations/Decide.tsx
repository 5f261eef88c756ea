import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { decideElevation, type Decision, type Elevation } from '@/api/kinds/elevations'
import { rolesQuery } from '@/api/kinds/roles'
import { command } from '@/lib/quote'
import { Confirm } from '@/components/Confirm'
import { accessChanged } from '../access/changed'
import { permissionText } from '../access/permissions'
import { minutesText, scopeWords, subjectName } from '../access/scope'

const WORDS = {
  approve: { title: 'Approve', action: 'Approve', error: 'It was not approved' },
  refuse: { title: 'Refuse', action: 'Refuse', error: 'It was not refused' },
  end: { title: 'End', action: 'End', error: 'It was not ended' },
} as const

/** Approves, refuses or ends, and says what that gives or takes. */
export function Decide({ elevation, decision, onClose }: { elevation: Elevation; decision: Decision; onClose: () => void }) {
  const client = useQueryClient()
  const roles = useQuery(rolesQuery)
  const { metadata, spec, status } = elevation
  const decide = useMutation({
    mutationFn: () => decideElevation(metadata.name, decision),
    onSuccess: async () => {
      await accessChanged(client)
      onClose()
    },
  })
  const words = WORDS[decision]
  const who = subjectName(status?.subject ?? '')
  const where = scopeWords(spec.scope ?? {})
  const impact = {
    approve: [`From now on ${who} has ${spec.role} on ${where}, for ${minutesText(spec.minutes)}; then it is gone by itself.`, `What for: ${spec.reason}`],
    refuse: [`${who} does not get ${spec.role} on ${where}. They see who refused; tell them why.`],
    end: status?.state === 'requested' ? [`${who} no longer asks for ${spec.role} on ${where}.`] : [`${who} loses ${spec.role} on ${where} at their next request; open streams end at once.`],
  }[decision]
  const permissions = roles.data?.find((role) => role.metadata.name === spec.role)?.spec.permissions
  return (
    <Confirm
      title={`${words.title} ${spec.role} for ${who}?`}
      impact={impact}
      action={words.action}
      cli={command(['kore', 'elevation', decision], metadata.name)}
      api={{ method: 'POST', path: `/api/v1/elevations/${metadata.name}/${decision}` }}
      isDanger={decision !== 'approve'}
      onConfirm={() => decide.mutate()}
      onClose={onClose}
      isBusy={decide.isPending}
      error={decide.error}
      errorTitle={words.error}
    >
      {decision === 'approve' && permissions && (
        <details>
          <summary className="kore-more">What it gives: {permissions.length} permissions</summary>
          <ul>
            {permissions.map((name) => (
              <li key={name}>
                <code>{name}</code> {permissionText(name)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Confirm>
  )
}
