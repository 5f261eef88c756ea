import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { newKey } from '@/api/client'
import { createCluster, previewCreate } from '@/api/kinds/clusters'
import { keys } from '@/api/resource'
import type { Cluster } from '@/api/types'
import { ActionButton } from '@/components/ActionButton'
import { Empty } from '@/components/states'
import { at, put, read, write, type Path } from '@/lib/document'
import { PreviewColumn } from '@/components/preview/PreviewColumn'
import { asCluster } from './asCluster'
import { previewBlockers, type Blocker } from './blockers'
import { BlockerList, BlockerSummary } from './Blockers'
import { NameField, Parameters, ProtectionField } from './ClusterFields'
import { DocumentViews } from './DocumentViews'
import { createLine } from './lines'
import type { Offer } from './offers'
import { PlanCards } from './PlanCards'
import { usePreview } from '@/components/preview/usePreview'
import type { Site } from './site'
import type { View } from './views'
import { Where } from './Where'
import './form.css'

interface Props {
  team: string
  offers: readonly Offer[]
  /** Where in a cloud a document's cluster would be. */
  siteOf: (document: unknown) => Site | null
  initial: Cluster
  view: View
  onView: (view: View) => void
  onPlan: (plan: string) => void
}

/** Asked about while there is no name yet: nobody has this one. */
const NAMELESS = 'a-name-is-still-to-be-given'
const yours = (pointer: string | null, text: string): Blocker => ({ pointer, text, owner: 'you', fix: [] })

/** A new cluster: plan, parameters, and beside them what the server would do. */
export function CreateCluster({ team, offers, siteOf, initial, view, onView, onPlan }: Props) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const [text, setText] = useState(() => write(initial))
  const [asked, setAsked] = useState(0)
  // Nobody is told what is missing before they have begun.
  const [begun, setBegun] = useState(false)
  const intent = useRef({ body: '', key: '' })
  const { value, problem } = read(text)
  const cluster = asCluster(value)
  const name = at(value, ['metadata', 'name'])
  const plan = at(value, ['spec', 'plan', 'name'])
  const version = at(value, ['spec', 'plan', 'version'])
  const hasName = typeof name === 'string' && name !== ''
  const hasPlan = typeof plan === 'string' && plan !== ''

  const previewed = usePreview({
    of: ['create', team],
    body: cluster && hasPlan ? (hasName ? cluster : { ...cluster, metadata: { ...cluster.metadata, name: NAMELESS } }) : null,
    ask: (body, signal) => previewCreate(team, body, signal),
  })
  const create = useMutation({
    mutationFn: async (body: Cluster) => {
      const { preview, error } = previewed.isFresh ? previewed : await previewed.again()
      if (error || !preview || (preview.problems ?? []).length > 0) return null
      const said = JSON.stringify(body)
      // One key for one intent: pressing twice makes one cluster; another document is another intent.
      if (intent.current.body !== said) intent.current = { body: said, key: newKey() }
      return createCluster(team, body, intent.current.key, preview.digest)
    },
    onSuccess: async (made) => {
      if (!made) return setAsked((now) => now + 1)
      await client.invalidateQueries({ queryKey: keys.kind('Cluster') })
      // While it is paused nothing begins.
      if (made.operation && !made.object.spec.paused) await navigate({ to: '/operations/$operation', params: { operation: made.operation } })
      else await navigate({ to: '/teams/$team/clusters/$cluster', params: { team, cluster: made.object.metadata.name } })
    },
    onError: () => {
      setAsked((now) => now + 1)
      void previewed.again()
    },
  })
  const blockers: Blocker[] = [
    ...(problem === null && cluster === null ? [yours(null, 'The document is not a cluster: it needs metadata and spec.')] : []),
    ...(problem !== null ? [yours(null, `The YAML cannot be read: ${problem}`)] : []),
    ...(cluster && !hasPlan ? [yours('/spec/plan/name', 'Choose a plan.')] : []),
    ...(cluster && !hasName ? [yours('/metadata/name', 'Give it a name.')] : []),
    ...(cluster && hasPlan ? previewBlockers(previewed.preview, previewed.error) : []),
    ...(create.error && previewed.isFresh ? previewBlockers(undefined, create.error) : []),
  ].filter((one, index, all) => all.findIndex(({ pointer, text: said }) => pointer === one.pointer && said === one.text) === index)
  const edit = (next: (now: string) => string) => {
    create.reset()
    setBegun(true)
    setText(next)
  }
  const change = (path: Path, next: unknown) => edit((now) => put(now, path, next))
  const choose = (next: string) => {
    // Another plan has versions of its own.
    change(['spec', 'plan', 'version'], undefined)
    change(['spec', 'plan', 'name'], next)
    onPlan(next)
  }
  const submit = () => (cluster === null || blockers.length > 0 ? setAsked((now) => now + 1) : create.mutate(cluster))
  const body = cluster ?? initial
  // What is somebody else's to mend is said at once: nobody fills in a form in vain.
  const standing = begun || asked > 0 ? blockers : blockers.filter(({ owner }) => owner !== 'you')
  const stands = standing.length > 0
  const site = siteOf(value)

  if (offers.length === 0) {
    return (
      <Empty title="No plan is for this team" cli="kore plan list">
        Clusters are made from plans, and platform administrators say which teams a plan is for. Ask them for one.
      </Empty>
    )
  }
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <BlockerSummary title="The cluster was not made yet: this stands in the way" blockers={blockers} asked={asked} />
      <div className="kore-maker">
        <PlanCards offers={offers} chosen={hasPlan ? plan : null} onChoose={choose} />
        <DocumentViews
          view={view}
          onView={onView}
          label="Cluster"
          text={text}
          onText={(next) => edit(() => next)}
          cli={createLine(team, body)}
          api={{ method: 'POST', path: `/api/v1/teams/${team}/clusters`, body }}
          form={
            <div className="kore-cluster-fields">
              <NameField document={value} onChange={change} blockers={blockers} isFree={hasName && previewed.isFresh && !blockers.some(({ pointer }) => pointer === '/metadata/name')} />
              {hasPlan ? (
                <Parameters team={team} plan={plan} version={typeof version === 'number' ? version : null} document={value} onChange={change} blockers={blockers} />
              ) : (
                <p className="kore-second">Choose a plan: it says what else may be set.</p>
              )}
              <ProtectionField document={value} onChange={change} />
            </div>
          }
        />
        <PreviewColumn title="Before you create" previewed={previewed} before={site && <Where team={team} site={site} />} nothing="Choose a plan, and what making the cluster would do is said here.">
          {stands && (
            <div className="kore-standing">
              <h3>Before it can be made</h3>
              <BlockerList id="blockers" blockers={standing} />
            </div>
          )}
          <ActionButton type="submit" permission="cluster.create" team={team} isLoading={create.isPending} isBlock aria-describedby={stands ? 'blockers' : undefined}>
            Create cluster
          </ActionButton>
        </PreviewColumn>
      </div>
    </form>
  )
}
