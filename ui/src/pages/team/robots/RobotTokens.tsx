import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { robotTokensQuery, type NewToken, type Robot, type Token } from '@/api/kinds/robots'
import { ActionButton } from '@/components/ActionButton'
import { Failed, Loading } from '@/components/states'
import { Time } from '@/components/Time'
import { MakeToken } from './MakeToken'
import { RevokeToken } from './RevokeToken'
import { ShowToken } from './ShowToken'

type Open = { what: 'make' } | { what: 'rotate' | 'revoke'; token: Token } | { what: 'show'; made: NewToken } | null

/** Secrets of a robot: when each was used last, and until when it works. */
export function RobotTokens({ robot: { metadata } }: { robot: Robot }) {
  const [team, robot] = [metadata.team ?? '', metadata.name]
  const tokens = useQuery(robotTokensQuery(team, robot))
  const [open, setOpen] = useState<Open>(null)
  const guard = { permission: 'robot.write', team }
  const full = (tokens.data?.length ?? 0) >= 2 ? 'A robot has two tokens at most: revoke one first.' : null
  const close = () => setOpen(null)
  return (
    <section className="kore-card">
      <div className="kore-card-head">
        <h2>Static tokens</h2>
        <ActionButton {...guard} blocked={full} variant="secondary" size="sm" onClick={() => setOpen({ what: 'make' })}>
          Create token
        </ActionButton>
      </div>
      {tokens.isPending && <Loading rows={2} what="Loading tokens" />}
      {tokens.error && !tokens.data && <Failed error={tokens.error} onRetry={() => void tokens.refetch()} />}
      {tokens.data?.length === 0 && <p className="kore-hint">None. A static token is a secret that somebody has to keep: the second choice, where nothing can be trusted.</p>}
      {tokens.data && tokens.data.length > 0 && (
        <ul className="kore-lines">
          {tokens.data.map((token) => (
            <li key={token.id} className="kore-line">
              <span>{token.name}</span>
              <span className="kore-closed">
                ends <Time at={token.expiresAt} />, last used <Time at={token.lastUsedAt} otherwise="never" />, made <Time at={token.createdAt} />
              </span>
              <span className="kore-line-end kore-row">
                <ActionButton {...guard} blocked={full} variant="link" size="sm" isInline onClick={() => setOpen({ what: 'rotate', token })} aria-label={`Rotate ${token.name}`}>
                  Rotate…
                </ActionButton>
                <ActionButton {...guard} variant="link" size="sm" isInline isDanger onClick={() => setOpen({ what: 'revoke', token })} aria-label={`Revoke ${token.name}`}>
                  Revoke…
                </ActionButton>
              </span>
            </li>
          ))}
        </ul>
      )}
      {open?.what === 'make' && <MakeToken team={team} robot={robot} onClose={close} onMade={(made) => setOpen({ what: 'show', made })} />}
      {open?.what === 'rotate' && <MakeToken team={team} robot={robot} replaces={open.token} onClose={close} onMade={(made) => setOpen({ what: 'show', made })} />}
      {open?.what === 'revoke' && <RevokeToken team={team} robot={robot} token={open.token} onClose={close} />}
      {open?.what === 'show' && <ShowToken team={team} robot={robot} token={open.made} onClose={close} />}
    </section>
  )
}
