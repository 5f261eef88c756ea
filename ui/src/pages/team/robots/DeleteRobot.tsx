import { useMutation, useQueryClient } from '@tanstack/react-query'
import { deleteRobot, type Robot } from '@/api/kinds/robots'
import { keys } from '@/api/resource'
import { ConfirmDelete } from '@/components/ConfirmDelete'
import { useNow } from '@/lib/now'
import { ago, instant } from '@/lib/time'
import { command } from '@/lib/quote'

interface Props {
  robot: Robot
  onClose: () => void
  onDeleted?: () => void
}

/** Deletes a robot with its tokens and roles. */
export function DeleteRobot({ robot, onClose, onDeleted }: Props) {
  const client = useQueryClient()
  const now = useNow(60_000)
  const { metadata: { name, team, resourceVersion }, spec, status } = robot
  const remove = useMutation({
    mutationFn: () => deleteRobot(robot),
    onSuccess: async () => {
      onDeleted?.()
      onClose()
      await client.invalidateQueries({ queryKey: keys.kind('Robot') })
      await client.invalidateQueries({ queryKey: keys.kind('RoleBinding') })
    },
  })
  const used = instant(status?.lastUsedAt)
  return (
    <ConfirmDelete
      what="robot"
      name={name}
      impact={[
        used ? `It acted last ${ago(used, now)}.` : 'It has never acted.',
        `${spec.trust?.length ?? 0} trusts and ${status?.tokens ?? 0} static tokens end at once, open streams too.`,
        'Its roles go with it. What it did stays in the activity record.',
      ]}
      cli={command(['kore', 'robot', 'delete'], `${team ?? ''}/${name}`)}
      api={{ method: 'DELETE', path: `/api/v1/teams/${team ?? ''}/robots/${name}`, ifMatch: `"${resourceVersion ?? ''}"` }}
      onDelete={() => remove.mutate()}
      onClose={onClose}
      isDeleting={remove.isPending}
      error={remove.error}
    />
  )
}
