import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { rolesQuery, type Role } from '@/api/kinds/roles'
import { ActionButton } from '@/components/ActionButton'
import { PageFrame } from '@/components/PageFrame'
import { Empty, Failed, Loading } from '@/components/states'
import { TabLinks } from '@/components/TabLinks'
import { Section } from '../access/Section'
import { RoleActions } from './RoleActions'
import { TABS } from './tabs'
import '../access/access.css'

/** The roles that come with Kore, and made ones. */
export function RolesPage() {
  const navigate = useNavigate()
  const roles = useQuery(rolesQuery)
  const made = roles.data?.filter(({ status }) => !status?.builtIn) ?? []
  const builtIn = roles.data?.filter(({ status }) => status?.builtIn) ?? []
  const create = (
    <ActionButton permission="role.write" onClick={() => void navigate({ to: '/admin/roles/new' })}>
      Create role
    </ActionButton>
  )
  return (
    <PageFrame title="Roles & bindings" lead="A role is a name for permissions; a binding gives it to somebody, somewhere." actions={create}>
      <TabLinks label="Roles and bindings" tabs={TABS} />
      {roles.isPending && <Loading what="Loading roles" />}
      {roles.error && !roles.data && <Failed error={roles.error} onRetry={() => void roles.refetch()} />}
      {roles.data && (
        <>
          <Section title="Made here" lead="Names for sets of permissions that somebody of yours made.">
            {made.length > 0 ? (
              <RoleTable label="Roles made here" roles={made} withActions />
            ) : (
              <Empty title="No roles of your own" cli="kore role create NAME --permission cluster.read">
                The roles that come with Kore do for most. Make one for what lies between them.
              </Empty>
            )}
          </Section>
          <Section title="Come with Kore" lead="They cannot be changed.">
            <RoleTable label="Roles that come with Kore" roles={builtIn} />
          </Section>
        </>
      )}
    </PageFrame>
  )
}

function RoleTable({ label, roles, withActions }: { label: string; roles: readonly Role[]; withActions?: boolean }) {
  return (
    <div className="kore-table">
      <Table aria-label={label} variant="compact" gridBreakPoint="grid-md">
        <Thead>
          <Tr>
            <Th>Name</Th>
            <Th>What it is for</Th>
            <Th modifier="fitContent">Permissions</Th>
            {withActions && <Th screenReaderText="Actions" />}
          </Tr>
        </Thead>
        <Tbody>
          {roles.map((role) => (
            <Tr key={role.metadata.name}>
              <Td dataLabel="Name">
                <Link to="/admin/roles/role/$role" params={{ role: role.metadata.name }}>
                  {role.metadata.name}
                </Link>
              </Td>
              <Td dataLabel="What it is for">{role.spec.description ?? '–'}</Td>
              <Td dataLabel="Permissions">{role.spec.permissions.length}</Td>
              {withActions && (
                <Td isActionCell>
                  <RoleActions role={role} />
                </Td>
              )}
            </Tr>
          ))}
        </Tbody>
      </Table>
    </div>
  )
}
