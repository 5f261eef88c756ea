import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { AccountRuleAnswer } from '@/api/kinds/accountRules'
import { cloudQuery } from '@/api/kinds/clouds'
import { usePermission } from '@/api/permissions'
import { Part } from '@/components/preview/PreviewParts'
import { useRuleTest } from '@/pages/admin/rules/useRuleTest'
import { whom } from '@/pages/admin/rules/words'
import { notForRegion, siteWords, type Site } from './site'

/** In which cloud, region and account a cluster will be. Which account it is may be read by few: others are told what decides. */
export function Where({ team, site }: { team: string; site: Site }) {
  const may = usePermission('cloud.read')
  const { answer, error } = useRuleTest(may.allowed ? team : '', site.stage ?? '')
  const organization = answer?.account?.spec.organization
  const cloud = useQuery({ ...cloudQuery(organization ?? ''), enabled: organization !== undefined, retry: false })
  const elsewhere = notForRegion(site.region, cloud.data)
  const isHeld = elsewhere !== null || (answer !== undefined && !answer.account)
  return (
    <Part title="Where it will be" tone={isHeld ? 'warn' : undefined}>
      <p>{siteWords(site)}</p>
      {elsewhere && <p>{elsewhere}</p>}
      {answer ? (
        <Account answer={answer} />
      ) : (
        (error || !(may.allowed || may.pending)) && <p className="kore-second">The account is the one that the platform’s account rules give {whom({ team, stage: site.stage })}.</p>
      )}
    </Part>
  )
}

/** The account that the rules give, or that they give none. */
function Account({ answer }: { answer: AccountRuleAnswer }) {
  const { rule, account } = answer
  const given = rule && (
    <Link to="/admin/account-rules/$rule" params={{ rule }}>
      Rule {rule}
    </Link>
  )
  if (!rule || !account) {
    return (
      <p>
        {given ? <>{given} names no account</> : <>No account rule holds</>} for {whom(answer)}: until one does, it cannot be made. <Link to="/admin/account-rules">Account rules</Link>
      </p>
    )
  }
  const { name, exists, spec } = account
  return (
    <>
      <p>
        {exists ? (
          <>
            Account{' '}
            <Link to="/admin/accounts/$account" params={{ account: name }}>
              {name}
            </Link>
          </>
        ) : (
          <>
            Account <strong>{name}</strong>, which is made first,
          </>
        )}{' '}
        in cloud{' '}
        <Link to="/admin/clouds/$cloud" params={{ cloud: spec.organization }}>
          {spec.organization}
        </Link>
      </p>
      <p className="kore-second">
        {given} gives it to {whom(answer)}.
      </p>
    </>
  )
}
