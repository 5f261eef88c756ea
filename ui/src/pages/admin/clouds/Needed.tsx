import { Alert, Button } from '@patternfly/react-core'
import type { CloudPermissions, CloudTemplate, PurposePermissions } from '@/api/kinds/clouds'
import { Copy } from '@/components/Copy'
import { Facts } from '@/components/Facts'
import { YamlView } from '@/components/YamlView'
import { download } from '@/lib/files'
import { placeWords } from './words'

const PLACES = ['management', 'account'] as const
const text = (document: unknown) => JSON.stringify(document, null, 2)

/** What a cloud team is handed: who Kore is, a role for each purpose, and what makes the roles. */
export function Needed({ permissions }: { permissions: CloudPermissions }) {
  const { identity, purposes, boundary, templates, warnings } = permissions
  return (
    <section className="kore-card" aria-labelledby="needed">
      <h2 id="needed">1. What Kore needs there</h2>
      {warnings?.map((warning) => <Alert key={warning} isInline variant="warning" title={warning} />)}
      <div className="kore-cloud-facts">
        <Facts
          facts={
            identity.by === 'tokens'
              ? {
                  Issuer: <Copy text={identity.issuer} what="issuer" />,
                  Subject: <Copy text={identity.subject} what="subject" />,
                  Audience: <Copy text={identity.audience} what="audience" />,
                }
              : {
                  User: <Copy text={identity.user} what="user" />,
                  'Key in': <Copy text={identity.file} what="file" />,
                }
          }
        />
      </div>
      {PLACES.map((place) => (
        <section key={place} className="kore-cloud-place" aria-label={`In the ${placeWords(place)}`}>
          <h3>In {place === 'management' ? 'the management account' : placeWords(place)}</h3>
          {templates.filter((template) => template.place === place).map((template) => <Template key={template.file} template={template} />)}
          {purposes.filter((purpose) => purpose.place === place).map((purpose) => <Purpose key={purpose.purpose} purpose={purpose} />)}
          {place === 'account' && boundary && (
            <details className="kore-cloud-purpose">
              <summary>
                <code>{boundary.name}</code> bounds every role that Kore makes for clusters
              </summary>
              <YamlView text={text(boundary.policy)} what={`policy ${boundary.name}`} />
            </details>
          )}
        </section>
      ))}
    </section>
  )
}

function Template({ template }: { template: CloudTemplate }) {
  return (
    <div className="kore-cloud-template">
      <p>
        {template.place === 'account' ? 'Kore brings all of these roles to each account itself, by a stack set of this template; it is for reading.' : 'One CloudFormation template makes all of these roles.'}{' '}
        <Button variant="secondary" size="sm" onClick={() => download(template.file, text(template.document))}>
          Download {template.file}
        </Button>
      </p>
      {template.place === 'management' && (
        <>
          <YamlView text={template.apply} what={`command for ${template.file}`} />
          <ul className="kore-hint">
            {template.parameters.map(({ name, description }) => (
              <li key={name}>
                <code>{name}</code>: {description}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

function Purpose({ purpose: { purpose, role, why, policy, trust } }: { purpose: PurposePermissions }) {
  return (
    <details className="kore-cloud-purpose">
      <summary>
        <code>{role}</code> {why}
      </summary>
      <h4>What it may do</h4>
      <YamlView text={text(policy)} what={`policy of ${purpose}`} />
      <h4>Who may take it</h4>
      <YamlView text={text(trust)} what={`trust of ${purpose}`} />
    </details>
  )
}
