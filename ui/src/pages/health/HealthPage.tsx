import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { useQuery } from '@tanstack/react-query'
import { platformQuery, type Platform, type PlatformCheck } from '@/api/kinds/platform'
import { Copy } from '@/components/Copy'
import { Facts } from '@/components/Facts'
import { ObjectHeader } from '@/components/ObjectHeader'
import { PageFrame } from '@/components/PageFrame'
import { Failed, Loading } from '@/components/states'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import { words, type Status } from '@/lib/status'

/** What a check is about, and what stops while it fails. */
const ABOUT: Readonly<Record<string, string>> = {
  database: 'People, roles, sessions, operations and the activity record. Without it nothing can be written and nobody signs in.',
  'management-cluster': 'Teams, plans and clusters as objects. Without it they are shown as they were, and nothing changes.',
}

const KINDS: Readonly<Record<string, string>> = { planversions: 'Plan versions', planpolicies: 'Policies', clusternamespaces: 'Namespaces', addresspools: 'Address pools' }

const about = (name: string): string =>
  ABOUT[name] ?? (name.startsWith('index-') ? `${KINDS[name.slice(6)] ?? words(name.slice(6))}, kept at hand for lists and events.` : '')

function statusOf({ ready, stale, checks }: Platform): Status {
  const failed = checks.filter(({ state }) => state === 'failed')
  if (!ready) return { tone: 'bad', text: 'Not ready', message: failed.length > 0 ? `Does not work: ${failed.map(({ name }) => name).join(', ')}.` : 'The server does not take requests.' }
  if (stale) return { tone: 'warn', text: 'Stale', message: 'What the management cluster has is shown as it was before it went away.' }
  return { tone: 'ok', text: 'Works', message: null }
}

/** How the platform itself is. */
export function HealthPage() {
  const { data, error, refetch } = useQuery(platformQuery)
  if (data) return <Shown platform={data} />
  return <PageFrame title="Health">{error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading what="Looking how the platform is" />}</PageFrame>
}

function Shown({ platform }: { platform: Platform }) {
  const { checks, version, startedAt, leader, database, objects, operations } = platform
  return (
    <ObjectHeader
      title="Health"
      status={statusOf(platform)}
      lead="The platform itself, as the server that answers sees it; looked at every ten seconds."
      next={<div>The log of the server says more: <Copy text="kore logs platform" what="command" /></div>}
    >
      <div className="kore-columns">
        <section className="kore-grow" aria-label="Checks">
          <Checks checks={checks} />
        </section>
        <aside className="kore-side kore-stack">
          <section className="kore-card" aria-labelledby="server">
            <h2 id="server">Server</h2>
            <Facts
              facts={{
                Version: version,
                Since: <Time at={startedAt} />,
                Database: database,
                Controllers: leader ? (
                  <>
                    {leader.identity}
                    {leader.renewedAt && (
                      <span className="kore-second">
                        said so <Time at={leader.renewedAt} />
                      </span>
                    )}
                  </>
                ) : (
                  'nobody runs them'
                ),
                'On the command line': <Copy text="kore status" what="command" />,
                'For monitoring': <Copy text={`${location.origin}/readyz?verbose`} what="address" />,
              }}
            />
          </section>
          <Counts title="Operations under way" counts={operations} none="None." />
          <Counts title="Objects at hand" counts={objects} none="None." />
        </aside>
      </div>
    </ObjectHeader>
  )
}

function Checks({ checks }: { checks: readonly PlatformCheck[] }) {
  const sorted = checks.toSorted((a, b) => (a.state === b.state ? 0 : a.state === 'failed' ? -1 : 1))
  return (
    <div className="kore-table">
      <Table aria-label="Checks" variant="compact" gridBreakPoint="grid-md">
        <Thead>
          <Tr>
            <Th>Check</Th>
            <Th>State</Th>
            <Th>What it is</Th>
          </Tr>
        </Thead>
        <Tbody>
          {sorted.map(({ name, state, message }) => (
            <Tr key={name}>
              <Td dataLabel="Check">{name}</Td>
              <Td dataLabel="State">
                <StatusLabel status={state === 'ok' ? { tone: 'ok', text: 'Works', message: null } : { tone: 'bad', text: 'Does not work', message: message ?? null }} />
              </Td>
              <Td dataLabel="What it is">
                {about(name)}
                {message && <span className="kore-second">{message}</span>}
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </div>
  )
}

function Counts({ title, counts, none }: { title: string; counts: Readonly<Record<string, number>>; none: string }) {
  const entries = Object.entries(counts).filter(([, count]) => count > 0)
  return (
    <section className="kore-card" aria-label={title}>
      <h2>{title}</h2>
      {entries.length === 0 ? <p>{none}</p> : <Facts facts={Object.fromEntries(entries.map(([name, count]) => [words(name), count.toLocaleString('en')]))} />}
    </section>
  )
}
