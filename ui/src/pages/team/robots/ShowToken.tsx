import type { NewToken } from '@/api/kinds/robots'
import { SecretOnce } from '@/components/SecretOnce'
import { Time } from '@/components/Time'

/** A token that was made just now. */
export function ShowToken({ team, robot, token, onClose }: { team: string; robot: string; token: NewToken; onClose: () => void }) {
  const text = `KORE_SERVER=${location.origin}\nKORE_TOKEN=${token.token}\n`
  return (
    <SecretOnce title={`Token ${token.name} of ${robot}`} secret={token.token} what="token" env={{ name: `${team}-${robot}.env`, text }} onStored={onClose}>
      <div>
        It is all that is needed to act as the robot, until it ends <Time at={token.expiresAt} />. Put it where your CI system keeps secrets.
      </div>
    </SecretOnce>
  )
}
