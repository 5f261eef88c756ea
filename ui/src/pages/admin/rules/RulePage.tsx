import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { ruleQuery, type AccountRule } from '@/api/kinds/accountRules'
import { allCloudsQuery } from '@/api/kinds/clouds'
import { ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { Loaded } from '@/components/Loaded'
import { PageFrame } from '@/components/PageFrame'
import { Permitted } from '@/components/Permitted'
import { DeleteRule } from './DeleteRule'
import { RuleForm } from './RuleForm'
import { TestRules } from './TestRules'

const CRUMBS = [{ text: 'Account rules', to: '/admin/account-rules' }] as const

/** A new rule. */
export const NewRulePage = () => (
  <PageFrame title="Create an account rule" crumbs={CRUMBS} lead="Which teams get which accounts, and what nobody there can do.">
    <Permitted permission="cloud.write">
      <div className="kore-columns">
        <div className="kore-card kore-grow">
          <Loaded query={allCloudsQuery} what="clouds">
            {(clouds) => <RuleForm clouds={clouds.map(({ metadata }) => metadata.name)} />}
          </Loaded>
        </div>
        <aside className="kore-side kore-beside" aria-label="Trying">
          <TestRules />
        </aside>
      </div>
    </Permitted>
  </PageFrame>
)

/** A rule that is there. */
export function RulePage() {
  const { rule } = useParams({ from: '/shell/admin/account-rules/$rule' })
  return (
    <Loaded query={ruleQuery(rule)} what="account rule" title={rule}>
      {(found) => <Shown rule={found} />}
    </Loaded>
  )
}

function Shown({ rule }: { rule: AccountRule }) {
  const navigate = useNavigate()
  const [deleting, setDeleting] = useState(false)
  const { name, generation } = rule.metadata
  const actions = (
    <ActionMenu label={`Actions of ${name}`}>
      <ActionItem permission="cloud.write" isDanger onClick={() => setDeleting(true)}>
        Delete…
      </ActionItem>
    </ActionMenu>
  )
  return (
    <PageFrame title={name} crumbs={CRUMBS} lead={`Accounts in ${rule.spec.organization}. The cloud of a rule never changes.`} actions={actions}>
      <div className="kore-columns">
        <div className="kore-card kore-grow">
          {/* Saved or changed by somebody else: the form begins anew. */}
          <RuleForm key={generation} rule={rule} clouds={[rule.spec.organization]} />
        </div>
        <aside className="kore-side kore-beside" aria-label="Trying">
          <TestRules rule={name} />
        </aside>
      </div>
      {deleting && <DeleteRule rule={rule} onClose={() => setDeleting(false)} onDeleted={() => void navigate({ to: '/admin/account-rules' })} />}
    </PageFrame>
  )
}
