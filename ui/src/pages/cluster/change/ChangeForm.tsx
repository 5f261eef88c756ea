import { Alert, Button, FormSelect, FormSelectOption } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { exported } from '@/api/kinds/clusters'
import { versionsQuery } from '@/api/kinds/plans'
import { usePermission } from '@/api/permissions'
import type { Cluster } from '@/api/types'
import { ActionButton } from '@/components/ActionButton'
import { fieldId } from '@/components/form/ErrorSummary'
import { at, put, read, write, type Path } from '@/lib/document'
import { asCluster } from '../form/asCluster'
import { BlockerList, BlockerSummary } from '../form/Blockers'
import type { Blocker } from '../form/blockers'
import { Parameters, ProtectionField } from '../form/ClusterFields'
import { Diff } from '../form/Diff'
import { DocumentViews } from '../form/DocumentViews'
import { editLine } from '../form/lines'
import type { View } from '../form/views'
import { PreviewColumn } from '@/components/preview/PreviewColumn'
import { useChange } from './useChange'
import '../form/form.css'

interface Props {
  cluster: Cluster
  /** A version of its plan to move to, to begin with. */
  version?: number
  view: View
  onView: (view: View) => void
}

const textOf = (cluster: Cluster, version?: number) => {
  const text = write(exported(cluster))
  return version === undefined ? text : put(text, ['spec', 'plan', 'version'], version)
}

/** A cluster's document, to be changed, with what the server would do beside it. */
export function ChangeForm({ cluster, version, view, onView }: Props) {
  const [base, setBase] = useState(cluster)
  const [text, setText] = useState(() => textOf(cluster, version))
  const [asked, setAsked] = useState(0)
  const [saved, setSaved] = useState(false)
  const moved = cluster.metadata.generation !== base.metadata.generation
  // What only the status says may have changed since: the revision to write over is the newest of the same spec.
  const from = moved ? base : cluster
  const { value, problem } = read(text)
  const wanted = asCluster(value)
  const before = exported(base)
  const isSame = JSON.stringify(wanted) === JSON.stringify(before)
  const begin = (next: Cluster) => {
    setBase(next)
    setText(textOf(next))
  }
  // Whoever has written nothing loses nothing by it.
  if (moved && isSame) begin(cluster)
  const { previewed, blockers: found, apply, isNothing } = useChange({
    from,
    to: isSame ? null : wanted,
    onWritten: (object) => {
      begin(object)
      setSaved(true)
    },
    onRefused: () => setAsked((now) => now + 1),
  })
  const yours = (detail: string): Blocker => ({ pointer: null, text: detail, owner: 'you', fix: [] })
  const blockers = [...(problem !== null ? [yours(`The YAML cannot be read: ${problem}`)] : wanted === null ? [yours('The document is not a cluster: it needs metadata and spec.')] : []), ...found]
  const change = (path: Path, next: unknown) => {
    apply.reset()
    setSaved(false)
    setText((now) => put(now, path, next))
  }
  const { team = '', name, resourceVersion } = base.metadata
  const may = usePermission('cluster.update', { team: team ?? undefined, cluster: name })
  const looksOnly = !may.allowed && !may.pending
  const planVersion = at(value, ['spec', 'plan', 'version'])
  const body = wanted ?? before
  const nothing = isSame || isNothing
  return (
    <form
      noValidate
      className="kore-stack"
      onSubmit={(event) => {
        event.preventDefault()
        if (wanted === null || blockers.length > 0) setAsked((now) => now + 1)
        else apply.mutate(wanted)
      }}
    >
      {moved && (
        <Alert isInline variant="warning" title="It was changed in the meantime">
          <Diff before={write(before)} after={write(exported(cluster))} />
          <Button variant="secondary" size="sm" onClick={() => begin(cluster)}>
            Begin anew from that
          </Button>
        </Alert>
      )}
      {looksOnly && <Alert isInline variant="info" title={`You see what it is, and do not change it: ${may.reason ?? 'a role of yours would have to allow it'}`} />}
      {saved && <Alert isInline isLiveRegion variant="success" title="It is as you wrote it; nothing had to be done for it." />}
      <BlockerSummary title="It was not changed: this stands in the way" blockers={blockers} asked={asked} />
      <div className="kore-maker kore-maker-two">
        <DocumentViews
          view={view}
          onView={onView}
          label="Cluster"
          text={text}
          onText={(next) => {
            apply.reset()
            setSaved(false)
            setText(next)
          }}
          cli={editLine(before, body)}
          api={{ method: 'PUT', path: `/api/v1/teams/${team ?? ''}/clusters/${name}`, body, ifMatch: `"${resourceVersion ?? ''}"` }}
          form={
            <fieldset className="kore-cluster-fields kore-plain" disabled={looksOnly}>
              <VersionField plan={base.spec.plan.name} now={base.spec.plan.version ?? null} value={planVersion} onChange={(next) => change(['spec', 'plan', 'version'], next)} />
              <Parameters
                team={team ?? ''}
                plan={base.spec.plan.name}
                version={typeof planVersion === 'number' ? planVersion : null}
                document={value}
                onChange={change}
                blockers={blockers}
                isMade
                isReadOnly={looksOnly}
              />
              <ProtectionField document={value} onChange={change} />
            </fieldset>
          }
        />
        <PreviewColumn title="What it would do" previewed={previewed} nothing={looksOnly ? 'Nothing is changed.' : 'Change something, and what that would do is said here.'} isOpen>
          {isNothing && <p>Nothing changes by it.</p>}
          {blockers.length > 0 && (
            <div className="kore-standing">
              <h3>Before it can be done</h3>
              <BlockerList id="blockers" blockers={blockers} />
            </div>
          )}
          <ActionButton
            type="submit"
            permission="cluster.update"
            team={team ?? undefined}
            cluster={name}
            isBlock
            isLoading={apply.isPending}
            blocked={nothing ? 'Nothing is changed yet.' : null}
            aria-describedby={blockers.length > 0 ? 'blockers' : undefined}
          >
            Change cluster
          </ActionButton>
        </PreviewColumn>
      </div>
    </form>
  )
}

/** Which version of its plan the cluster is on, and those that it may move to. */
function VersionField({ plan, now, value, onChange }: { plan: string; now: number | null; value: unknown; onChange: (version: number) => void }) {
  const versions = useQuery(versionsQuery(plan))
  const own = (versions.data?.items ?? []).filter(({ spec }) => spec.version === now || spec.stage !== 'draft')
  const id = fieldId('/spec/plan/version')
  const shown = own.find(({ spec }) => spec.version === value)
  return (
    <div className="kore-field">
      <label htmlFor={id}>Version of the plan {plan}</label>
      <FormSelect id={id} value={String(value ?? '')} onChange={(_, next) => onChange(Number(next))} isDisabled={own.length === 0} aria-describedby={`${id}-about`}>
        {!shown && <FormSelectOption value={String(value ?? '')} label={`v${String(value ?? '')}`} />}
        {own.map(({ spec }) => (
          <FormSelectOption
            key={spec.version}
            value={String(spec.version)}
            label={`v${spec.version}${spec.version === now ? ', as it is' : ''}${spec.stage && spec.stage !== 'published' ? `, ${spec.stage}` : ''}`}
          />
        ))}
      </FormSelect>
      <p id={`${id}-about`} className="kore-hint">
        {shown?.spec.notes ?? 'Another version brings its own parameters; what you set yourself stays.'}
      </p>
    </div>
  )
}
