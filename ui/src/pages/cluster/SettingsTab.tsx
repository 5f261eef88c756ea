import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { clusterQuery } from '@/api/kinds/clusters'
import { ActionButton } from '@/components/ActionButton'
import { Loaded } from '@/components/Loaded'
import { DeleteCluster } from '@/pages/team/DeleteCluster'
import { ChangeForm } from './change/ChangeForm'
import { PauseCluster, ProtectCluster } from './change/Toggles'

/** What the cluster shall be, and whether anybody looks after it. */
export function SettingsTab() {
  const { team, cluster: name } = useParams({ from: '/shell/teams/$team/clusters/$cluster' })
  const search = useSearch({ from: '/shell/teams/$team/clusters/$cluster/settings' })
  const navigate = useNavigate({ from: '/teams/$team/clusters/$cluster/settings' })
  const [open, setOpen] = useState<'pause' | 'protect' | 'delete' | null>(null)
  const close = () => setOpen(null)
  return (
    <Loaded query={clusterQuery(team, name)} what="cluster">
      {(cluster) => (
        <div className="kore-stack">
          <ChangeForm
            key={cluster.metadata.uid}
            cluster={cluster}
            version={search.version}
            view={search.view ?? 'form'}
            onView={(view) => void navigate({ search: { ...search, view: view === 'form' ? undefined : view }, replace: true, resetScroll: false })}
          />
          <section className="kore-card">
            <h2>Whether Kore looks after it</h2>
            <ul className="kore-switches">
              <li>
                <span>
                  <strong>{cluster.spec.paused ? 'Paused' : 'Looked after'}</strong>
                  <span className="kore-second">
                    {cluster.spec.paused ? 'Changes wait, and what comes loose is not put right.' : 'What comes loose is put right, and changes are done.'}
                  </span>
                </span>
                <ActionButton variant="secondary" permission="cluster.update" team={team} cluster={name} onClick={() => setOpen('pause')}>
                  {cluster.spec.paused ? 'Resume…' : 'Pause…'}
                </ActionButton>
              </li>
              <li>
                <span>
                  <strong>{cluster.spec.deletionProtection ? 'Protected from deletion' : 'Can be deleted'}</strong>
                  <span className="kore-second">
                    {cluster.spec.deletionProtection ? 'Deleting it is refused until the protection is taken off.' : 'By whoever may, after typing its name.'}
                  </span>
                </span>
                <ActionButton variant="secondary" permission="cluster.update" team={team} cluster={name} onClick={() => setOpen('protect')}>
                  {cluster.spec.deletionProtection ? 'Take protection off…' : 'Protect…'}
                </ActionButton>
              </li>
              <li>
                <span>
                  <strong>Delete the cluster</strong>
                  <span className="kore-second">All that runs in it and its data go with it. What goes is shown first.</span>
                </span>
                <ActionButton
                  variant="secondary"
                  isDanger
                  permission="cluster.delete"
                  team={team}
                  cluster={name}
                  blocked={cluster.spec.deletionProtection ? 'It is protected from deletion; take that off first.' : null}
                  onClick={() => setOpen('delete')}
                >
                  Delete…
                </ActionButton>
              </li>
            </ul>
          </section>
          {open === 'pause' && <PauseCluster cluster={cluster} onClose={close} />}
          {open === 'protect' && <ProtectCluster cluster={cluster} onClose={close} />}
          {open === 'delete' && <DeleteCluster cluster={cluster} onClose={close} />}
        </div>
      )}
    </Loaded>
  )
}
