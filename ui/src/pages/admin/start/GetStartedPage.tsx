import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { clustersQuery } from '@/api/kinds/clusters'
import { allPlansQuery } from '@/api/kinds/plans'
import { allTeamsQuery } from '@/api/kinds/teams'
import { Copy } from '@/components/Copy'
import { PageFrame } from '@/components/PageFrame'
import { Failed, Loading } from '@/components/states'
import { isBehind } from '@/lib/rehearsal'
import { useWhoAmI } from '@/session/whoami'
import { FilesCard } from './FilesCard'
import './start.css'

/** The way to the first cluster, with what of it is done; and what was chosen, as files. */
export function GetStartedPage() {
  const plans = useQuery(allPlansQuery)
  const teams = useQuery(allTeamsQuery)
  const clusters = useQuery(clustersQuery(null, { limit: '50', orderBy: 'name' }))
  const all = [plans, teams, clusters]
  const failed = all.find(({ error, data }) => error && !data)
  const isPending = all.some((one) => one.isPending)
  // What stands behind a rehearsal is nobody's step.
  const { rehearsal } = useWhoAmI()
  const isOwn = (name: string | null | undefined) => !isBehind(name, rehearsal)
  const published = plans.data?.filter(({ spec, metadata }) => spec.currentVersion && isOwn(metadata.name)) ?? []
  const draft = plans.data?.find(({ status }) => status?.draft)
  const known = teams.data?.filter(({ metadata }) => isOwn(metadata.name)) ?? []
  const team = known[0]?.metadata.name
  const first = clusters.data?.items.find(({ metadata }) => isOwn(metadata.team))
  const steps = [
    {
      title: 'Connect a cloud',
      isDone: true,
      says: 'The machine that Kore runs on is connected (provider local): clusters run on it. AWS is connected by you, once your cloud team allows what Kore needs.',
      cli: 'kore cloud list',
      action: <Link to="/admin/clouds">Look at the clouds</Link>,
    },
    {
      title: 'Publish a plan',
      isDone: published.length > 0,
      says:
        published.length > 0
          ? `Teams can choose from ${published.map(({ metadata }) => metadata.name).join(', ')}.`
          : 'A plan says what clusters are: how many nodes, of which size, how strict. Nobody makes a cluster without one.',
      cli: draft ? `kore plan publish ${draft.metadata.name}` : `kore plan clone ${published[0]?.metadata.name ?? 'development'} web`,
      action: <Link to="/admin/plans">{published.length > 0 ? 'Look at the plans' : 'Make a plan'}</Link>,
    },
    {
      title: 'Create a team',
      isDone: known.length > 0,
      says: team ? `There ${known.length === 1 ? 'is 1 team' : `are ${known.length} teams`}.` : 'Teams own clusters, and people are members of teams.',
      cli: 'kore team create payments',
      action: <Link to="/admin/teams">{team ? 'Look at the teams' : 'Create a team'}</Link>,
    },
    {
      title: 'First cluster',
      isDone: first !== undefined,
      says: first ? `${first.metadata.team}/${first.metadata.name} is there.` : 'A Kubernetes of a team’s own, made from a plan.',
      cli: `kore cluster create ${team ?? 'payments'}/dev --plan ${published[0]?.metadata.name ?? 'evaluation'}`,
      action: first ? (
        <Link to="/teams/$team/clusters/$cluster" params={{ team: first.metadata.team ?? '', cluster: first.metadata.name }}>
          Look at it
        </Link>
      ) : team ? (
        <Link to="/teams/$team/clusters/new" params={{ team }}>
          Create a cluster
        </Link>
      ) : null,
    },
  ]
  const done = steps.filter(({ isDone }) => isDone).length
  return (
    <PageFrame title="Get started" lead={failed || isPending ? undefined : `${done} of ${steps.length} done. Each step can be done here or on the command line; what you choose can be kept as files.`}>
      {failed && <Failed error={failed.error} onRetry={() => void failed.refetch()} />}
      {!failed && isPending && <Loading what="Looking what is done" />}
      {!failed && !isPending && (
        <div className="kore-stack">
          <ol className="kore-steps" aria-label="Steps">
            {steps.map((step, index) => (
              <Step key={step.title} number={index + 1} {...step} isNext={index === steps.findIndex(({ isDone }) => !isDone)} />
            ))}
          </ol>
          <FilesCard
            plans={plans.data?.filter(({ metadata }) => isOwn(metadata.name)) ?? []}
            teams={known}
            clusters={clusters.data?.items.filter(({ metadata }) => isOwn(metadata.team)) ?? []}
          />
        </div>
      )}
    </PageFrame>
  )
}

interface StepProps {
  number: number
  title: string
  isDone: boolean
  isNext: boolean
  says: string
  cli: string
  action?: ReactNode
}

function Step({ number, title, isDone, isNext, says, cli, action }: StepProps) {
  return (
    <li className="kore-card" data-next={isNext} aria-current={isNext ? 'step' : undefined}>
      <span className={isDone ? 'kore-tick kore-tick-done' : 'kore-tick'} aria-hidden="true">
        {isDone ? '✓' : number}
      </span>
      <div>
        <h2>
          {title}
          <span className="pf-v6-screen-reader">{isDone ? ': done' : ': to do'}</span>
        </h2>
        <p>{says}</p>
        <div className="kore-step-ways">
          {action}
          <Copy text={cli} what="command" />
        </div>
      </div>
    </li>
  )
}
