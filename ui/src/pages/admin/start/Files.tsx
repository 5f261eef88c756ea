import { Button, Checkbox } from '@patternfly/react-core'
import { useState } from 'react'
import type { Plan, PlanVersion } from '@/api/kinds/plans'
import type { PlanPolicy } from '@/api/kinds/policies'
import type { Cluster, Team } from '@/api/types'
import { Copy } from '@/components/Copy'
import { YamlView } from '@/components/YamlView'
import { asFile, download, type Written } from '@/lib/files'

interface Props {
  plans: readonly Plan[]
  versions: readonly PlanVersion[]
  policies: readonly PlanPolicy[]
  teams: readonly Team[]
  clusters: readonly Cluster[]
}

/** What was chosen, as files to commit and to apply: here, or on another installation. */
export function Files({ plans, versions, policies, teams, clusters }: Props) {
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const kept = versions.filter(({ spec }) => spec.stage !== 'retired')
  const groups: readonly { title: string; all: readonly { name: string; objects: readonly Written[] }[] }[] = [
    { title: 'Teams', all: teams.map((team) => ({ name: team.metadata.name, objects: [team] })) },
    { title: 'Plans', all: plans.map((plan) => ({ name: plan.metadata.name, objects: [plan, ...kept.filter(({ spec }) => spec.plan === plan.metadata.name)] })) },
    { title: 'Policies', all: policies.map((policy) => ({ name: policy.metadata.name, objects: [policy] })) },
    { title: 'Clusters', all: clusters.map((cluster) => ({ name: `${cluster.metadata.team}/${cluster.metadata.name}`, objects: [cluster] })) },
  ]
  const chosen = groups.flatMap(({ title, all }) => all.filter(({ name }) => !left.has(`${title} ${name}`)).flatMap(({ objects }) => objects))
  const text = asFile(chosen)
  const toggle = (id: string) => {
    const next = new Set(left)
    if (!next.delete(id)) next.add(id)
    setLeft(next)
  }
  return (
    <>
      <p>Commit it, review it, apply it: here it changes nothing, on another Kore it makes the same.</p>
      <div className="kore-files">
        <div className="kore-files-choice">
          {groups
            .filter(({ all }) => all.length > 0)
            .map(({ title, all }) => (
              <fieldset key={title}>
                <legend>{title}</legend>
                {all.map(({ name }) => (
                  <Checkbox key={name} id={`file-${title}-${name}`} label={name} isChecked={!left.has(`${title} ${name}`)} onChange={() => toggle(`${title} ${name}`)} />
                ))}
              </fieldset>
            ))}
        </div>
        <div>
          {chosen.length > 0 ? <YamlView text={text} what="file" /> : <p>Choose something to have it in the file.</p>}
          <div className="kore-step-ways">
            <Button variant="secondary" isDisabled={chosen.length === 0} onClick={() => download('kore.yaml', text)}>
              Download kore.yaml
            </Button>
            <Copy text="kore diff -f kore.yaml" what="command" />
            <Copy text="kore apply -f kore.yaml" what="command" />
          </div>
        </div>
      </div>
    </>
  )
}
