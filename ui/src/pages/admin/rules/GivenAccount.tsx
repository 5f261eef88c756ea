import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { AccountRuleAnswer } from '@/api/kinds/accountRules'

/** The account that a rule gives: where it is, or what it is to be. Its children are what can be done while it is not there. */
export function GivenAccount({ account, children }: { account: NonNullable<AccountRuleAnswer['account']> | null; children?: ReactNode }) {
  if (!account) return <p>It makes no account: it names one that there is already.</p>
  const { name, exists, spec } = account
  if (exists) {
    return (
      <p>
        It gives them account{' '}
        <Link to="/admin/accounts/$account" params={{ account: name }}>
          {name}
        </Link>
        , which is there.
      </p>
    )
  }
  return (
    <>
      <p>
        It gives them account <strong>{name}</strong> in cloud {spec.organization}, in {spec.organizationalUnit ? `unit ${spec.organizationalUnit}` : 'Kore’s own unit'}. It is not there yet.
      </p>
      {children && <div>{children}</div>}
    </>
  )
}
