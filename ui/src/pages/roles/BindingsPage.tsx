import { useNavigate, useSearch } from '@tanstack/react-router'
import { ActionButton } from '@/components/ActionButton'
import { PageFrame } from '@/components/PageFrame'
import { Empty } from '@/components/states'
import { TabLinks } from '@/components/TabLinks'
import { BindingsList } from '../access/BindingsList'
import { GrantRole } from '../access/GrantRole'
import { TABS } from './tabs'
import '../access/access.css'

/** Who has which role where, across everything. The form is open when the URL says which role is to be given. */
export function BindingsPage() {
  const search = useSearch({ from: '/shell/admin/roles/bindings' })
  const navigate = useNavigate({ from: '/admin/roles/bindings' })
  const { grant: role, ...list } = search
  const grant = (
    <ActionButton permission="roleBinding.write" onClick={() => void navigate({ search: { ...search, grant: '' } })}>
      Give a role
    </ActionButton>
  )
  return (
    <PageFrame title="Roles & bindings" lead="A role is a name for permissions; a binding gives it to somebody, somewhere." actions={grant}>
      <TabLinks label="Roles and bindings" tabs={TABS} />
      <BindingsList
        search={list}
        onSearch={(next) => void navigate({ search: next })}
        empty={
          <Empty title="No bindings yet" action={grant} cli="kore access grant USER ROLE TEAM">
            Members of teams need none: their role comes with the membership. A binding is for everything else: one cluster, one
            namespace, a robot, a while.
          </Empty>
        }
      />
      {role !== undefined && <GrantRole chosen={role} onClose={() => void navigate({ search: list })} />}
    </PageFrame>
  )
}
