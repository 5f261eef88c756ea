import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { endSession, endSessions, sessionsQuery, type Session } from '@/api/kinds/sessions'
import { keys } from '@/api/resource'
import { Confirm } from '@/components/Confirm'
import { ActionButton, ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { ResourceList, type Column } from '@/components/list/ResourceList'
import type { ListSearch } from '@/components/list/search'
import { Empty } from '@/components/states'
import { Time } from '@/components/Time'
import { command } from '@/lib/quote'
import { Section } from '../access/Section'
import { clientWords } from './words'

const COLUMNS: readonly Column<Session>[] = [
  { title: 'With', sort: 'label', cell: (session) => <Client session={session} /> },
  { title: 'From', cell: ({ address }) => address ?? '–' },
  { title: 'Last used', sort: 'lastUsed', cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
  { title: 'Signed in', sort: 'created', cell: ({ createdAt }) => <Time at={createdAt} /> },
  { title: 'Ends', sort: 'expires', cell: ({ expiresAt }) => <Time at={expiresAt} /> },
]

interface Props {
  /** Whose; one's own, when nobody is named. */
  user: string | null
  search: ListSearch
  onSearch: (search: ListSearch) => void
}

/** Sign-ins that hold, and the way to end them. */
export function SessionsList({ user, search, onSearch }: Props) {
  const [ending, setEnding] = useState<Session | 'all' | null>(null)
  const permission = user === null ? 'session.own' : 'user.write'
  return (
    <Section
      title="Sessions"
      lead={user === null ? 'Where you are signed in.' : `Where ${user} is signed in.`}
      actions={
        <ActionButton permission={permission} variant="secondary" size="sm" onClick={() => setEnding('all')}>
          {user === null ? 'End all others…' : 'End all…'}
        </ActionButton>
      }
    >
      <ResourceList
        label="Sessions"
        columns={COLUMNS}
        idOf={({ id }) => id}
        query={(parameters) => sessionsQuery(user, parameters)}
        search={search}
        onSearch={onSearch}
        defaultSort="-lastUsed"
        empty={
          <Empty title="Signed in nowhere" cli={user === null ? 'kore login' : command(['kore', 'session', 'list', '--user'], user)}>
            A session begins with a sign-in and ends when it is not used.
          </Empty>
        }
        actions={(session) => (
          <ActionMenu label={`Actions of the session ${session.id}`}>
            <ActionItem
              permission={permission}
              blocked={session.current ? 'It is the one that you look through: sign out by the menu at the top.' : null}
              isDanger
              onClick={() => setEnding(session)}
            >
              End…
            </ActionItem>
          </ActionMenu>
        )}
      />
      {ending && <EndSessions user={user} session={ending} onClose={() => setEnding(null)} />}
    </Section>
  )
}

function Client({ session: { label, source, current } }: { session: Session }) {
  return (
    <>
      <span title={label ?? undefined}>{clientWords(label, source)}</span>
      {current && <span className="kore-second">this one</span>}
    </>
  )
}

function EndSessions({ user, session, onClose }: { user: string | null; session: Session | 'all'; onClose: () => void }) {
  const client = useQueryClient()
  const all = session === 'all'
  const end = useMutation({
    mutationFn: async () => void (all ? await endSessions(user) : await endSession(session.id)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('Session') })
      onClose()
    },
  })
  const path = all ? `/api/v1/sessions${user ? `?user=${encodeURIComponent(user)}` : ''}` : `/api/v1/sessions/${session.id}`
  return (
    <Confirm
      title={!all ? 'End this session?' : user === null ? 'End all other sessions?' : `End all sessions of ${user}?`}
      impact={[
        all ? 'Every sign-in is gone at its next request, open streams at once.' : `${clientWords(session.label, session.source)}${session.address ? ` at ${session.address}` : ''} is signed out at its next request, open streams at once.`,
        'Long-lived tokens are no sessions: they go on.',
      ]}
      action={all ? 'End sessions' : 'End session'}
      cli={command(['kore', 'session', 'revoke'], ...(all ? [['--all', true] as [string, boolean]] : [session.id]), ['--user', user])}
      api={{ method: 'DELETE', path }}
      isDanger
      onConfirm={() => end.mutate()}
      onClose={onClose}
      isBusy={end.isPending}
      error={end.error}
      errorTitle="Nothing was ended"
    />
  )
}
