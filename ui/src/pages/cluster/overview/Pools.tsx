import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { useState } from 'react'
import type { Cluster } from '@/api/types'
import { ActionButton } from '@/components/ActionButton'
import { at } from '@/lib/document'
import { ScalePool } from '../change/ScalePool'
import { areNodesAsNeeded, eachOf } from '../form/offers'

interface Pool {
  name: string
  size: number
  /** What each of its nodes is, in words. */
  each: string
}

/** The pools that were applied last; before that there are none to show. */
export function poolsOf(cluster: Cluster): Pool[] {
  const pools = at(cluster.status?.parameters, ['nodePools'])
  if (typeof pools !== 'object' || pools === null) return []
  return Object.entries(pools).map(([name, pool]: [string, unknown]) => {
    const size = at(pool, ['size'])
    const { kinds, has } = eachOf(pool)
    return { name, size: typeof size === 'number' ? size : 0, each: [kinds, ...has].filter(Boolean).join(', ') }
  })
}

/** Nodes by pool, and the way to more or fewer of them. */
export function Pools({ cluster }: { cluster: Cluster }) {
  const [scaling, setScaling] = useState<Pool | null>(null)
  const pools = poolsOf(cluster)
  const nodes = cluster.status?.nodes
  const { team = '', name } = cluster.metadata
  const isAsNeeded = areNodesAsNeeded(cluster.status?.parameters)
  const runs = cluster.status?.rung?.workloads !== false
  return (
    <section className="kore-card">
      <h2>Nodes</h2>
      {!runs && <p>{cluster.status?.rung?.reason}</p>}
      {nodes && (
        <p>
          <strong>{isAsNeeded ? nodes.ready : `${nodes.ready} of ${nodes.desired}`}</strong> ready
          {isAsNeeded && ', as many as pods need: the cloud starts and removes them by itself'}
        </p>
      )}
      {!nodes && runs && <p>None yet.</p>}
      {pools.length > 0 && runs && (
        <Table aria-label="Pools of nodes" variant="compact" gridBreakPoint="grid-md">
          <Thead>
            <Tr>
              <Th>Pool</Th>
              <Th>Nodes</Th>
              <Th>Each</Th>
              <Th screenReaderText="Actions" />
            </Tr>
          </Thead>
          <Tbody>
            {pools.map((pool) => (
              <Tr key={pool.name}>
                <Td dataLabel="Pool">{pool.name}</Td>
                <Td dataLabel="Nodes">{pool.size}</Td>
                <Td dataLabel="Each">{pool.each || '–'}</Td>
                <Td isActionCell>
                  <ActionButton variant="link" size="sm" permission="cluster.update" team={team ?? undefined} cluster={name} aria-label={`Scale pool ${pool.name}`} onClick={() => setScaling(pool)}>
                    Scale…
                  </ActionButton>
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
      {scaling && <ScalePool cluster={cluster} pool={scaling.name} now={scaling.size} onClose={() => setScaling(null)} />}
    </section>
  )
}
