import { Alert } from '@patternfly/react-core'
import type { PreviewOutcome } from '@/api/kinds/identityProviders'
import { Facts } from '@/components/Facts'

/** What a sign-in would come to. */
export function Outcome({ outcome }: { outcome: PreviewOutcome }) {
  const { claims, email, failure, groups = [], name, platformRole, refusal, teams = [], warnings = [] } = outcome
  if (failure) {
    return (
      <Alert isInline variant="danger" title="The provider did not say who it is">
        <p>{failure}</p>
      </Alert>
    )
  }
  const known = new Set(teams.map(({ group }) => group))
  return (
    <div className="kore-once">
      {refusal ? (
        <Alert isInline variant="warning" title="They would not come in">
          <p>{refusal}</p>
        </Alert>
      ) : (
        <Alert isInline variant="success" title={`They would come in as ${name ?? ''}`} />
      )}
      {warnings.map((line) => (
        <Alert key={line} isInline isPlain variant="info" title={line} />
      ))}
      <Facts
        facts={{
          'Login name': name,
          'E-mail': email ?? 'none that is verified',
          'Platform role': platformRole ?? 'none',
          'Roles in teams':
            teams.length > 0 ? (
              <ul>
                {teams.map(({ team, role, group }) => (
                  <li key={team + role + group}>
                    {role} of <b>{team}</b>, by {group}
                  </li>
                ))}
              </ul>
            ) : (
              'none'
            ),
          Groups:
            groups.length > 0 ? (
              <span className="kore-tags">
                {groups.map((group) => (
                  <span key={group} className="kore-tag" title={known.has(group) ? 'gives a role' : undefined}>
                    {group}
                  </span>
                ))}
              </span>
            ) : (
              'none'
            ),
        }}
      />
      <details open>
        <summary className="kore-more">Every claim</summary>
        <table className="kore-claims">
          <tbody>
            {Object.entries(claims ?? {}).map(([claim, value]) => (
              <tr key={claim}>
                <th scope="row">{claim}</th>
                <td>{typeof value === 'string' ? value : JSON.stringify(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  )
}
