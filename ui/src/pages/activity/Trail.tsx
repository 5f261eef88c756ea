import { useMutation, useQuery } from '@tanstack/react-query'
import { sinksQuery, verifyTrail, type AuditSink } from '@/api/kinds/audit'
import { ActionButton } from '@/components/ActionButton'
import { Copy } from '@/components/Copy'
import { Facts } from '@/components/Facts'
import { ProblemAlert } from '@/components/ProblemAlert'
import { Failed } from '@/components/states'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'

/** Whether the trail is what Kore wrote, and where it goes besides. */
export function Trail() {
  return (
    <div className="kore-columns kore-sinks">
      <Verification />
      <Sinks />
    </div>
  )
}

function Verification() {
  const verify = useMutation({ mutationFn: verifyTrail })
  const found = verify.data
  return (
    <section className="kore-card kore-grow" aria-labelledby="verification">
      <h2 id="verification">Is the trail intact?</h2>
      <p>Records are a chain of hashes, signed by the server: what is changed, removed or cut off shows.</p>
      <div className="kore-row">
        <ActionButton permission="audit.readPlatform" variant="secondary" size="sm" isLoading={verify.isPending} onClick={() => verify.mutate()}>
          Verify
        </ActionButton>
        <Copy text="kore audit verify" what="command" />
      </div>
      <div aria-live="polite">
        {verify.isPending && <p className="kore-hint">Reads all of it, which may take minutes.</p>}
        {verify.error && <ProblemAlert error={verify.error} title="It could not be verified" onRetry={() => verify.mutate()} />}
        {found && (
          <>
            <div>
              <StatusLabel status={found.intact ? { tone: 'ok', text: 'Intact', message: null } : { tone: 'bad', text: 'Not what Kore wrote', message: null }} />
            </div>
            {found.findings.length > 0 && (
              <ul className="kore-impact">
                {found.findings.map(({ place, what }) => (
                  <li key={place + what}>
                    {place}: {what}
                  </li>
                ))}
              </ul>
            )}
            <Facts
              facts={{
                Records: found.records.toLocaleString('en'),
                Checkpoints: found.checkpoints.toLocaleString('en'),
                'Last checkpoint': <Time at={found.lastCheckpoint} />,
                Key: <Copy text={found.key} what="key" />,
                Verified: <Time at={found.at} />,
              }}
            />
          </>
        )}
      </div>
    </section>
  )
}

function Sinks() {
  const { data, error, refetch } = useQuery(sinksQuery)
  return (
    <section className="kore-card kore-grow" aria-labelledby="sinks">
      <h2 id="sinks">Where records go besides</h2>
      {error && !data && <Failed error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && (
        <p>
          Nowhere: there are no sinks in <code>kore.yaml</code>. A sink is a file or a webhook, under <code>audit.sinks</code>; how long
          records are kept is <code>audit.retentionDays</code> there, 400 when it is not said.
        </p>
      )}
      {data?.map((sink) => (
        <Sink key={sink.name} sink={sink} />
      ))}
    </section>
  )
}

function Sink({ sink }: { sink: AuditSink }) {
  const late = sink.failingSince
  const tone = late ? 'bad' : sink.behind > 0 ? 'busy' : 'ok'
  return (
    <Facts
      facts={{
        [sink.name]: (
          <span className="kore-row">
            <StatusLabel status={{ tone, text: late ? 'Takes nothing' : sink.behind > 0 ? `${sink.behind} behind` : 'Up to date', message: sink.lastError ?? null }} />
            <code>{sink.target}</code>
          </span>
        ),
        Taken: `${sink.delivered.toLocaleString('en')} records`,
        Failing: late ? (
          <>
            since <Time at={late} />: {sink.lastError}
          </>
        ) : null,
        'Up to': <Time at={sink.upTo} otherwise="nothing yet" />,
      }}
    />
  )
}
