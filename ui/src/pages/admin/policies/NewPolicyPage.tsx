import { API_VERSION } from '@/api/types'
import { Permitted } from '@/components/Permitted'
import { PolicyEditor } from './PolicyEditor'

const BEGIN = {
  apiVersion: API_VERSION,
  kind: 'PlanPolicy',
  metadata: { name: '' },
  spec: { provider: 'local', owner: 'platform-team', reason: '', teams: { all: true }, rules: {} },
}

/** A new policy. */
export function NewPolicyPage() {
  return (
    <Permitted title="Create policy" permission="policy.write">
      <PolicyEditor policy={null} begin={BEGIN} />
    </Permitted>
  )
}
