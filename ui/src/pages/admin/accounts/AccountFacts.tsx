import { Link } from '@tanstack/react-router'
import type { CloudAccount } from '@/api/kinds/accounts'
import { Copy } from '@/components/Copy'
import { Facts } from '@/components/Facts'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import { budgetStatus, guardrailWords, spentWords } from './words'

/** Which account it is, whose, and where. */
export function AccountFacts({ account }: { account: CloudAccount }) {
  const { metadata, spec, status } = account
  const { organization, team, rule } = spec
  const budget = budgetStatus(account)
  return (
    <section className="kore-card" aria-labelledby="facts">
      <h2 id="facts">About</h2>
      <Facts
        facts={{
          Account: status?.account ? <Copy text={status.account} what="account number" /> : 'no number yet',
          'Address of its root user': status?.email && <Copy text={status.email} what="address" />,
          Team: team ? (
            <Link to="/teams/$team" params={{ team }}>
              {team}
            </Link>
          ) : (
            'all that rules give it'
          ),
          Stage: spec.stage ?? 'any',
          Cloud: (
            <Link to="/admin/clouds/$cloud" params={{ cloud: organization }}>
              {organization}
            </Link>
          ),
          Unit: spec.organizationalUnit ?? 'Kore’s own',
          'Came by': rule ? (
            <Link to="/admin/account-rules/$rule" params={{ rule }}>
              rule {rule}
            </Link>
          ) : (
            'no rule'
          ),
          Guardrails: status?.guardrails && guardrailWords(status.guardrails),
          'Spent this month': status?.spent && (
            <>
              {spentWords(status.spent)} {budget && <StatusLabel status={budget} />}
            </>
          ),
          'Bill read': status?.spent && <Time at={status.spent.readAt} />,
          'Used by': (
            <Link to="/admin/clusters" search={{ filter: `account=${metadata.name}` }}>
              its clusters
            </Link>
          ),
          Made: <Time at={metadata.creationTimestamp} />,
        }}
      />
    </section>
  )
}
