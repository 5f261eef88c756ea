import { useNavigate, useSearch } from '@tanstack/react-router'
import { ActionButton } from '@/components/ActionButton'
import { PageFrame } from '@/components/PageFrame'
import { Empty } from '@/components/states'
import { Section } from '../access/Section'
import { ElevationsList } from './ElevationsList'
import { RequestElevation } from './RequestElevation'
import { Waiting } from './Waiting'
import '../access/access.css'

/** Roles that somebody asks for: what waits for the reader first. */
export function AccessRequestsPage() {
  const search = useSearch({ from: '/shell/admin/access-requests' })
  const navigate = useNavigate({ from: '/admin/access-requests' })
  const { request, ...list } = search
  const ask = (
    <ActionButton permission="elevation.request" onClick={() => void navigate({ search: { ...search, request: '' } })}>
      Ask for a role
    </ActionButton>
  )
  return (
    <PageFrame title="Access requests" lead="Roles for a while: asked for with a reason, approved where a rule says so, gone by themselves." actions={ask}>
      <Waiting />
      <Section title="All requests" lead="Your own, and those that you may decide about.">
        <ElevationsList
          search={list}
          onSearch={(next) => void navigate({ search: next })}
          empty={
            <Empty title="Nobody has asked for anything" action={ask} cli="kore elevation request ROLE TEAM --reason TEXT">
              A role that is bound with a rule for elevations is of no use until it is asked for.
            </Empty>
          }
        />
      </Section>
      {request !== undefined && <RequestElevation onClose={() => void navigate({ search: list })} />}
    </PageFrame>
  )
}
