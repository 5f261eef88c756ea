import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { AccountRuleAnswer, RuleVerdict } from '@/api/kinds/accountRules'
import { Failed, Loading } from '@/components/states'
import { StatusLabel } from '@/components/StatusLabel'
import { YamlView } from '@/components/YamlView'
import { command } from '@/lib/quote'
import type { Status } from '@/lib/status'
import { GivenAccount } from './GivenAccount'
import type { useRuleTest } from './useRuleTest'
import { whom } from './words'

interface Props {
  tested: ReturnType<typeof useRuleTest>
  /** The rule whose page it is. */
  rule?: string
  /** What can be done about the account that is not there yet. */
  children?: ReactNode
}

/** Which rule holds, the account that it gives, and why the other rules do not. */
export function RuleAnswer({ tested: { answer, error, isAsking, refetch }, rule, children }: Props) {
  return (
    <div role="status" className="kore-stack">
      {isAsking && !answer && <Loading rows={2} what="Looking which rule holds" />}
      {error && <Failed error={error} onRetry={() => void refetch()} />}
      {answer && (
        <>
          <p>{answer.rule ? <>Rule {answer.rule === rule ? 'of this page' : <RuleLink rule={answer.rule} />} holds for {whom(answer)}.</> : <>No rule holds for {whom(answer)}: it gets no account.</>}</p>
          {answer.rule && <GivenAccount account={answer.account ?? null}>{children}</GivenAccount>}
          <Verdicts answer={answer} />
        </>
      )}
    </div>
  )
}

const Verdicts = ({ answer: { team, stage, verdicts } }: { answer: AccountRuleAnswer }) => (
  <>
    <ul className="kore-impact">
      {verdicts.map((verdict) => (
        <li key={verdict.rule}>
          <StatusLabel status={status(verdict)} /> <RuleLink rule={verdict.rule} />: {verdict.why}
        </li>
      ))}
    </ul>
    <YamlView text={command(['kore', 'account-rule', 'test'], ['--team', team], ['--stage', stage])} what="command" />
  </>
)

const RuleLink = ({ rule }: { rule: string }) => (
  <Link to="/admin/account-rules/$rule" params={{ rule }}>
    {rule}
  </Link>
)

const status = ({ result }: RuleVerdict): Status => (result === 'applies' ? { tone: 'ok', text: 'Holds', message: null } : { tone: 'off', text: 'Not', message: null })
