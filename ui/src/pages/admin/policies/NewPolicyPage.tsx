import { API_VERSION } from '@/api/types'
import { PolicyEditor } from './PolicyEditor'

const BEGIN = {
  apiVersion: API_VERSION,
  kind: 'PlanPolicy',
  metadata: { name: '' },
  spec: { provider: 'local', owner: 'platform-team', reason: '', teams: { all: true }, rules: {} },
}

/** A new policy. */
export function NewPolicyPage() {
  return <PolicyEditor policy={null} begin={BEGIN} />
}
