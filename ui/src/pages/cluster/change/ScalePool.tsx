import { NumberInput } from '@patternfly/react-core'
import { useState } from 'react'
import { exported } from '@/api/kinds/clusters'
import type { Cluster } from '@/api/types'
import { fieldId } from '@/components/form/ErrorSummary'
import { put, read, write } from '@/lib/document'
import { asCluster } from '../form/asCluster'
import { ConfirmChange } from './ConfirmChange'
import '@/components/schema/schema.css'

/** A cluster with another number of nodes in a pool. */
export function scaled(cluster: Cluster, pool: string, size: number): Cluster | null {
  return asCluster(read(put(write(exported(cluster)), ['spec', 'overrides', 'nodePools', pool, 'size'], size)).value)
}

/** More or fewer nodes in a pool. */
export function ScalePool({ cluster, pool, now, onClose }: { cluster: Cluster; pool: string; now: number; onClose: () => void }) {
  const [size, setSize] = useState(now)
  const id = fieldId(`/spec/overrides/nodePools/${pool}/size`)
  const set = (value: number) => setSize(Number.isFinite(value) ? Math.max(0, Math.round(value)) : now)
  return (
    <ConfirmChange title={`Scale pool ${pool} of ${cluster.metadata.name}`} action="Scale pool" cluster={cluster} to={size === now ? null : scaled(cluster, pool, size)} onClose={onClose} focus={id}>
      <div className="kore-field">
        <div className="kore-field-label">
          <label htmlFor={id}>Nodes</label>
        </div>
        <NumberInput
          value={size}
          min={1}
          inputProps={{ id, 'aria-describedby': `${id}-about` }}
          inputName="size"
          minusBtnAriaLabel="One node fewer"
          plusBtnAriaLabel="One node more"
          onMinus={() => set(size - 1)}
          onPlus={() => set(size + 1)}
          onChange={(event) => set(event.currentTarget.valueAsNumber)}
        />
        <p id={`${id}-about`} className="kore-hint">
          {now} now. More come beside those that there are; fewer are emptied first.
        </p>
      </div>
    </ConfirmChange>
  )
}
