import { exported } from '@/api/kinds/clusters'
import type { Cluster } from '@/api/types'
import { command } from '@/lib/quote'
import { ConfirmChange } from './ConfirmChange'

type Props = { cluster: Cluster; onClose: () => void }

const withSpec = (cluster: Cluster, change: Partial<Cluster['spec']>): Cluster => {
  const body = exported(cluster)
  return { ...body, spec: { ...body.spec, ...change } }
}
const reference = ({ metadata: { team, name } }: Cluster) => `${team ?? ''}/${name}`

/** Leaves a cluster as it is, or looks after it again. */
export function PauseCluster({ cluster, onClose }: Props) {
  const { paused = false } = cluster.spec
  return (
    <ConfirmChange
      title={`${paused ? 'Resume' : 'Pause'} cluster ${cluster.metadata.name}?`}
      action={paused ? 'Resume cluster' : 'Pause cluster'}
      cluster={cluster}
      to={withSpec(cluster, { paused: !paused })}
      cli={command(['kore', 'cluster', paused ? 'resume' : 'pause'], reference(cluster))}
      onClose={onClose}
    >
      <p>
        {paused
          ? 'Kore looks after it again: what was asked for meanwhile is done, and what came loose is put right.'
          : 'What runs goes on. Kore leaves the cluster as it is: changes wait, and what comes loose is not put right, until it is resumed. Deleting works all the same.'}
      </p>
    </ConfirmChange>
  )
}

/** Takes deletion protection off, or puts it on. */
export function ProtectCluster({ cluster, onClose }: Props) {
  const { deletionProtection = false } = cluster.spec
  return (
    <ConfirmChange
      title={`${deletionProtection ? 'Take deletion protection off' : 'Protect'} ${cluster.metadata.name}${deletionProtection ? '?' : ' from deletion?'}`}
      action={deletionProtection ? 'Take protection off' : 'Protect from deletion'}
      cluster={cluster}
      to={withSpec(cluster, { deletionProtection: !deletionProtection })}
      onClose={onClose}
    >
      <p>{deletionProtection ? 'It can then be deleted by whoever may.' : 'Deleting it is refused, also to administrators, until this is taken off.'}</p>
    </ConfirmChange>
  )
}
