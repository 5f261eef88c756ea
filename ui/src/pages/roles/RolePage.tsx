import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { roleBindingsQuery } from '@/api/kinds/roleBindings'
import { roleQuery, type Role } from '@/api/kinds/roles'
import { ActionButton } from '@/components/ActionButton'
import { Facts } from '@/components/Facts'
import { Loaded } from '@/components/Loaded'
import { PageFrame } from '@/components/PageFrame'
import { Sign } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import { isBindable } from '../access/RoleField'
import { grouped, permissionText, PERMISSIONS } from '../access/permissions'
import { Section } from '../access/Section'
import { RoleActions } from './RoleActions'
import '../access/access.css'

const CRUMBS = [{ text: 'Roles', to: '/admin/roles' }] as const

/** A role: what it allows, what it does not, and who has it. */
export function RolePage() {
  const { role } = useParams({ from: '/shell/admin/roles/role/$role' })
  return (
    <Loaded query={roleQuery(role)} what="role" title={role}>
      {(found) => <Shown role={found} />}
    </Loaded>
  )
}

function Shown({ role }: { role: Role }) {
  const navigate = useNavigate()
  const { metadata, spec, status } = role
  const { name } = metadata
  const bindings = useQuery(roleBindingsQuery({ filter: `role=${name}`, limit: '100' }))
  const count = bindings.data?.items.length ?? 0
  const more = bindings.data?.metadata.continue ? `more than ${count}` : String(count)
  const give = isBindable(role) && (
    <ActionButton permission="roleBinding.write" onClick={() => void navigate({ to: '/admin/roles/bindings', search: { grant: name } })}>
      Give to somebody
    </ActionButton>
  )
  return (
    <PageFrame title={name} crumbs={CRUMBS} lead={spec.description ?? undefined} actions={<>{give}<RoleActions role={role} /></>}>
      <div className="kore-columns">
        <div className="kore-grow kore-card">
          <h2>What it allows</h2>
          <PermissionTable held={spec.permissions} />
        </div>
        <aside className="kore-card kore-side" aria-label="About the role">
          <h2>About</h2>
          <Facts
            facts={{
              Kind: status?.builtIn ? 'comes with Kore' : 'made here',
              Permissions: `${spec.permissions.length} of ${Math.max(PERMISSIONS.length, spec.permissions.length)}`,
              Bindings: isBindable(role) ? (
                <Link to="/admin/roles/bindings" search={{ filter: `role=${name}` }}>
                  {bindings.data ? more : '…'}
                </Link>
              ) : (
                'none: it comes with being somebody, or is set on the user'
              ),
              Made: metadata.creationTimestamp ? <Time at={metadata.creationTimestamp} /> : null,
            }}
          />
        </aside>
      </div>
    </PageFrame>
  )
}

/** Every permission in its group, with a sign for those that are held. */
function PermissionTable({ held }: { held: readonly string[] }) {
  const known = new Set(PERMISSIONS.map(({ name }) => name))
  const all = [...PERMISSIONS.map(({ name }) => name), ...held.filter((name) => !known.has(name))]
  return (
    <div className="kore-permissions">
      {grouped(all).map(([group, names]) => (
        <Section key={group} title={group}>
          <ul>
            {names.map((name) => (
              <li key={name}>
                <Sign tone={held.includes(name) ? 'ok' : 'off'} />
                <span>
                  <code>{name}</code>
                  {!held.includes(name) && <span className="pf-v6-screen-reader"> not allowed:</span>}
                  <span className="kore-second">{permissionText(name)}</span>
                </span>
              </li>
            ))}
          </ul>
        </Section>
      ))}
    </div>
  )
}
