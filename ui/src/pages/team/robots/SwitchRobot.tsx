import { useMutation, useQueryClient } from '@tanstack/react-query'
import { replaceRobot, type Robot } from '@/api/kinds/robots'
import { keys } from '@/api/resource'
import { command } from '@/lib/quote'
import { Confirm } from '@/components/Confirm'

/** Takes everything from a robot for a while, or gives it back. */
export function SwitchRobot({ robot, onClose }: { robot: Robot; onClose: () => void }) {
  const client = useQueryClient()
  const { metadata: { name, team, resourceVersion }, spec } = robot
  const next: Robot = { ...robot, spec: { ...spec, disabled: !spec.disabled } }
  const change = useMutation({
    mutationFn: () => replaceRobot(next),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('Robot') })
      onClose()
    },
  })
  const verb = spec.disabled ? 'enable' : 'disable'
  return (
    <Confirm
      isDanger
      title={`${spec.disabled ? 'Enable' : 'Disable'} robot ${name}?`}
      impact={
        spec.disabled
          ? ['What it trusts, its tokens and its roles hold again.']
          : ['Its requests are refused at once, and its open streams end.', 'What it trusts, its tokens and its roles stay for when it is enabled again.']
      }
      action={spec.disabled ? 'Enable' : 'Disable'}
      errorTitle={`The robot was not ${verb}d`}
      cli={command(['kore', 'robot', verb], `${team ?? ''}/${name}`)}
      api={{ method: 'PATCH', path: `/api/v1/teams/${team ?? ''}/robots/${name}`, ifMatch: `"${resourceVersion ?? ''}"`, body: { spec: { disabled: !spec.disabled } } }}
      onConfirm={() => change.mutate()}
      onClose={onClose}
      isBusy={change.isPending}
      error={change.error}
    />
  )
}
