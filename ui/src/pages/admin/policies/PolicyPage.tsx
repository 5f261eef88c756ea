import { useParams } from '@tanstack/react-router'
import { policyQuery } from '@/api/kinds/policies'
import { Loaded } from '@/components/Loaded'
import { PolicyEditor } from './PolicyEditor'

/** One policy, to read and to change. */
export function PolicyPage() {
  const { policy: name } = useParams({ from: '/shell/admin/policies/$policy' })
  return (
    <Loaded query={policyQuery(name)} what="policy" title={name}>
      {(policy) => (
        <PolicyEditor
          key={policy.metadata.uid}
          policy={policy}
          begin={{ apiVersion: policy.apiVersion, kind: policy.kind, metadata: { name, ...(policy.metadata.labels && { labels: policy.metadata.labels }) }, spec: policy.spec }}
        />
      )}
    </Loaded>
  )
}
