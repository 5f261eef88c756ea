import { useState } from 'react'
import type { User } from '@/api/kinds/users'
import { ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { useWhoAmI } from '@/session/whoami'
import { DeleteUser } from './DeleteUser'
import { EditUser } from './EditUser'
import { ResetFactor } from './ResetFactor'
import { ResetPassword } from './ResetPassword'
import { SwitchUser } from './SwitchUser'

type Dialog = 'edit' | 'switch' | 'reset' | 'factor' | 'delete'

/** What can be done with a person, and the dialogs for it. */
export function UserActions({ user }: { user: User }) {
  const me = useWhoAmI()
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const close = () => setDialog(null)
  const { name } = user.metadata
  const isMe = name === me.name
  const own = isMe ? 'This is you: another administrator does it.' : null
  return (
    <>
      <ActionMenu label={`Actions of ${name}`}>
        <ActionItem permission="user.write" onClick={() => setDialog('edit')}>
          Edit…
        </ActionItem>
        <ActionItem permission="user.write" onClick={() => setDialog('reset')} blocked={isMe ? 'This is you: change your password on the page of your account.' : null}>
          Reset password…
        </ActionItem>
        <ActionItem permission="user.write" blocked={user.status?.secondFactor ? null : 'There is no second factor set up.'} onClick={() => setDialog('factor')}>
          Reset second factor…
        </ActionItem>
        <ActionItem permission="user.write" blocked={own} isDanger={!user.spec.disabled} onClick={() => setDialog('switch')}>
          {user.spec.disabled ? 'Enable…' : 'Disable…'}
        </ActionItem>
        <ActionItem permission="user.write" blocked={own} isDanger onClick={() => setDialog('delete')}>
          Delete…
        </ActionItem>
      </ActionMenu>
      {dialog === 'edit' && <EditUser user={user} onClose={close} />}
      {dialog === 'reset' && <ResetPassword name={name} onClose={close} />}
      {dialog === 'factor' && <ResetFactor name={name} onClose={close} />}
      {dialog === 'switch' && <SwitchUser user={user} onClose={close} />}
      {dialog === 'delete' && <DeleteUser user={user} onClose={close} />}
    </>
  )
}
