import { Tab, Tabs, TabTitleText } from '@patternfly/react-core'
import { useId, useState } from 'react'
import type { Robot } from '@/api/kinds/robots'
import { YamlView } from '@/components/YamlView'
import { snippetOf, tokenSnippet } from './snippets'

/** What a job has to say, ready to be copied. */
export function UseRobot({ robot: { metadata, spec, status }, cluster }: { robot: Robot; cluster: string }) {
  const target = { robot: `${metadata.team ?? ''}/${metadata.name}`, server: location.origin, cluster }
  const byTitle = new Map((spec.trust ?? []).map((rule) => snippetOf(target, rule)).map((one) => [one.title, one]))
  const all = [...byTitle.values(), ...((status?.tokens ?? 0) > 0 ? [tokenSnippet(target)] : [])]
  const [chosen, setChosen] = useState<string | number | null>(null)
  const panel = useId()
  const shown = all.find(({ title }) => title === chosen) ?? all[0]
  if (!shown) return null
  return (
    <section className="kore-card">
      <h2>Use it</h2>
      {all.length > 1 && (
        <Tabs activeKey={shown.title} onSelect={(_, key) => setChosen(key)} aria-label="Where it is used" isSubtab>
          {all.map(({ title }) => (
            <Tab key={title} eventKey={title} tabContentId={panel} title={<TabTitleText>{title}</TabTitleText>} />
          ))}
        </Tabs>
      )}
      <div id={panel} role={all.length > 1 ? 'tabpanel' : undefined} aria-label={all.length > 1 ? shown.title : undefined}>
      <p className="kore-hint">
        In <code>{shown.file}</code>. KORE_ROBOT or KORE_TOKEN, and KORE_SERVER, are all that <code>kore</code> needs.
      </p>
      <YamlView text={shown.text} what={shown.title} />
      </div>
    </section>
  )
}
