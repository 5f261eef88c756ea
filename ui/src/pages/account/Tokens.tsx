import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { revokeToken, tokensQuery, type Token } from '@/api/kinds/tokens'
import { keys } from '@/api/resource'
import { Confirm } from '@/components/Confirm'
import { ActionButton, ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { Empty, Failed, Loading } from '@/components/states'
import { Time } from '@/components/Time'
import { command } from '@/lib/quote'
import { Section } from '../access/Section'
import { CreateToken } from './CreateToken'

/** One's own long-lived tokens. */
export function Tokens({ teams }: { teams: readonly string[] }) {
  const { data, error, isPending, refetch } = useQuery(tokensQuery)
  const [creating, setCreating] = useState(false)
  const [revoking, setRevoking] = useState<Token | null>(null)
  const create = (
    <ActionButton permission="session.own" variant={data?.length ? 'secondary' : 'primary'} size={data?.length ? 'sm' : undefined} onClick={() => setCreating(true)}>
      Create token
    </ActionButton>
  )
  return (
    <Section title="Long-lived tokens" lead="For scripts of yours. A team’s pipeline is a robot instead." actions={data?.length ? create : undefined}>
      {isPending && <Loading rows={2} what="Loading tokens" />}
      {error && !data && <Failed error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && (
        <Empty title="No tokens" action={create} cli="kore token create NAME">
          A token acts as you, for 90 days at most, within the limits that you give it.
        </Empty>
      )}
      {data && data.length > 0 && (
        <div className="kore-table">
          <Table aria-label="Long-lived tokens" variant="compact" gridBreakPoint="grid-md">
            <Thead>
              <Tr>
                <Th>Name</Th>
                <Th>Good for</Th>
                <Th>Last used</Th>
                <Th>Created</Th>
                <Th>Ends</Th>
                <Th screenReaderText="Actions" />
              </Tr>
            </Thead>
            <Tbody>
              {data.map((token) => (
                <Tr key={token.id}>
                  <Td dataLabel="Name">
                    {token.name}
                    <span className="kore-second">{token.id}</span>
                  </Td>
                  <Td dataLabel="Good for">{limits(token)}</Td>
                  <Td dataLabel="Last used">
                    <Time at={token.lastUsedAt} otherwise="never" />
                  </Td>
                  <Td dataLabel="Created">
                    <Time at={token.createdAt} />
                  </Td>
                  <Td dataLabel="Ends">
                    <Time at={token.expiresAt} />
                  </Td>
                  <Td isActionCell>
                    <ActionMenu label={`Actions of ${token.name}`}>
                      <ActionItem permission="session.own" isDanger onClick={() => setRevoking(token)}>
                        Revoke…
                      </ActionItem>
                    </ActionMenu>
                  </Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        </div>
      )}
      {creating && <CreateToken teams={teams} onClose={() => setCreating(false)} />}
      {revoking && <RevokeToken token={revoking} onClose={() => setRevoking(null)} />}
    </Section>
  )
}

function limits({ permissions = [], teams = [] }: Token): string {
  const what = permissions.length === 0 ? 'all that you may' : permissions.length > 3 ? `${permissions.length} permissions` : permissions.join(', ')
  return teams.length === 0 ? what : `${what}, in ${teams.join(', ')}`
}

function RevokeToken({ token, onClose }: { token: Token; onClose: () => void }) {
  const client = useQueryClient()
  const revoke = useMutation({
    mutationFn: () => revokeToken(token.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('Token') })
      onClose()
    },
  })
  return (
    <Confirm
      title={`Revoke ${token.name}?`}
      impact={['It stops working at its next request, for good.', 'Whatever uses it needs another one first.']}
      action="Revoke token"
      cli={command(['kore', 'token', 'revoke'], token.id)}
      api={{ method: 'DELETE', path: `/api/v1/tokens/${token.id}` }}
      isDanger
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
      isBusy={revoke.isPending}
      error={revoke.error}
      errorTitle="The token was not revoked"
    />
  )
}
