import type { ReactNode } from 'react'
import { PageFrame } from '@/components/PageFrame'
import { TabLinks } from '@/components/TabLinks'

/** What the pages of members and of invitations share. */
export function MembersFrame({ team, title, actions, children }: { team: string; title: string; actions: ReactNode; children: ReactNode }) {
  const at = `/teams/${team}/members`
  return (
    <PageFrame title={title} crumbs={[{ text: team, to: '/teams/$team', params: { team } }]} actions={actions}>
      <TabLinks label="Members" tabs={[{ title: 'Members', to: at }, { title: 'Invitations', to: `${at}/invitations` }]} />
      {children}
    </PageFrame>
  )
}
