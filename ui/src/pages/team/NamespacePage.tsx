import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { namespaceQuery, type ClusterNamespace } from '@/api/kinds/namespaces'
import { ActionButton } from '@/components/ActionButton'
import { ConditionsTable } from '@/components/ConditionsTable'
import { Loaded } from '@/components/Loaded'
import { ObjectHeader } from '@/components/ObjectHeader'
import { Sign } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import { UseBar } from '@/components/UseBar'
import { statusOf } from '@/lib/status'
import { About, Commands } from './namespaces/About'
import { DeleteNamespace } from './namespaces/DeleteNamespace'
import { NamespaceAccess } from './namespaces/NamespaceAccess'
import { explained } from './namespaces/openings'
import { AMOUNTS } from './namespaces/values'
import './team.css'

/** One namespace: how it is, what it uses, what is open, who is what in it. */
export function NamespacePage() {
  const { team, name } = useParams({ from: '/shell/teams/$team/namespaces/$name' })
  return (
    <Loaded query={namespaceQuery(team, name)} what="namespace" title={name}>
      {(found) => <Shown namespace={found} />}
    </Loaded>
  )
}

function Shown({ namespace }: { namespace: ClusterNamespace }) {
  const { metadata, spec, status } = namespace
  const team = metadata.team ?? ''
  const navigate = useNavigate()
  const [deleting, setDeleting] = useState(false)
  const crumbs = [
    { text: team, to: '/teams/$team', params: { team } },
    { text: 'Namespaces', to: '/teams/$team/namespaces', params: { team } },
  ] as const
  const guard = { permission: 'namespace.write', team, cluster: spec.cluster }
  const actions = (
    <>
      <ActionButton {...guard} variant="secondary" onClick={() => void navigate({ to: '/teams/$team/namespaces/$name/edit', params: { team, name: metadata.name } })}>
        Edit
      </ActionButton>
      <ActionButton {...guard} variant="secondary" isDanger blocked={spec.deletionProtection ? 'It is protected from deletion: edit it and take that off first.' : null} onClick={() => setDeleting(true)}>
        Delete
      </ActionButton>
    </>
  )
  return (
    <ObjectHeader title={spec.name} status={statusOf(namespace)} crumbs={crumbs} lead={`Namespace of the cluster ${spec.cluster}`} actions={actions}>
      <div className="kore-columns">
        <div className="kore-stack kore-grow">
          <Use namespace={namespace} />
          <section className="kore-card">
            <h2>What is open</h2>
            <ul className="kore-openings">
              {explained(spec).map(({ isOpen, word, text }) => (
                <li key={word} className={isOpen ? undefined : 'kore-closed'}>
                  <Sign tone={isOpen ? 'ok' : 'off'} />
                  <span>
                    {word}
                    <span className="pf-v6-screen-reader">: {isOpen ? 'open' : 'closed'}</span>
                  </span>
                  <span>{text}</span>
                </li>
              ))}
            </ul>
            <p className="kore-hint">What is closed is dropped without an answer: in pods, a connection hangs until the program gives up.</p>
          </section>
          <NamespaceAccess namespace={namespace} />
          {status?.drift && <Drift drift={status.drift} />}
          <section className="kore-card">
            <h2>Conditions</h2>
            <ConditionsTable conditions={status?.conditions ?? []} />
          </section>
        </div>
        <aside className="kore-stack kore-side" aria-label="About the namespace">
          <About namespace={namespace} />
          <Commands namespace={namespace} />
        </aside>
      </div>
      {deleting && (
        <DeleteNamespace namespace={namespace} onClose={() => setDeleting(false)} onDeleted={() => void navigate({ to: '/teams/$team/namespaces', params: { team } })} />
      )}
    </ObjectHeader>
  )
}

/** What Kore keeps there and somebody had changed. */
function Drift({ drift: { at, what } }: { drift: { at: string; what: string[] } }) {
  return (
    <section className="kore-card">
      <h2>
        Put right <Time at={at} />
      </h2>
      <ul className="kore-impact">
        {what.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p className="kore-hint">What Kore keeps in the namespace stays as it is; what is changed by other ways is put right within a minute.</p>
    </section>
  )
}

function Use({ namespace: { spec, status } }: { namespace: ClusterNamespace }) {
  const quota = Object.entries(status?.quota ?? {})
  return (
    <section className="kore-card">
      <h2>What it uses</h2>
      {quota.length === 0 ? (
        <p className="kore-hint">The cluster has not counted yet.</p>
      ) : (
        <div className="kore-uses">
          {quota.map(([resource, { used, hard }]) => (
            <UseBar key={resource} what={AMOUNTS[resource as keyof typeof AMOUNTS]?.label ?? resource} resource={resource} used={used} hard={hard} />
          ))}
        </div>
      )}
      <p className="kore-hint">
        Size {spec.quota?.template ?? 'small'}. A container that says nothing asks for 50m CPU and 64 MiB, and gets 256 MiB at most
        {spec.limits?.request || spec.limits?.limit ? ', unless this namespace says otherwise' : ''}.
      </p>
    </section>
  )
}
