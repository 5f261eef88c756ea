import { ExpandableSection, Tab, Tabs, TabTitleText } from '@patternfly/react-core'
import { useId, useState } from 'react'
import { stringify } from 'yaml'
import { quote } from '@/lib/quote'
import { YamlView } from './YamlView'

/** A request that a form would send. */
export interface Call {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  body?: unknown
  ifMatch?: string
}

interface Props {
  /** The command line that does the same; made by `command()`. Secrets are references in it, as "$PASSWORD". */
  cli: string
  /** The object, for `kore apply -f`; left out for actions that are no objects. */
  yaml?: unknown
  /** The request; as a text where it is not one of Kore's own API. */
  api: Call | string
  isExpanded?: boolean
}

/** What a form does, in other words: command line, file, request. */
export function Equivalents({ cli, yaml, api, isExpanded }: Props) {
  const [open, setOpen] = useState(isExpanded ?? false)
  const [tab, setTab] = useState<string | number>('cli')
  const panel = useId()
  const texts: Record<string, string> = { cli, yaml: yaml === undefined ? '' : stringify(yaml), api: typeof api === 'string' ? api : request(api) }
  return (
    <ExpandableSection
      className="kore-equivalents"
      toggleText="Show me the command"
      isExpanded={open}
      onToggle={(_, now) => setOpen(now)}
    >
      <Tabs activeKey={tab} onSelect={(_, key) => setTab(key)} aria-label="The same in other ways" isSubtab>
        <Tab eventKey="cli" tabContentId={panel} title={<TabTitleText>CLI</TabTitleText>} />
        {yaml !== undefined && <Tab eventKey="yaml" tabContentId={panel} title={<TabTitleText>YAML</TabTitleText>} />}
        <Tab eventKey="api" tabContentId={panel} title={<TabTitleText>API</TabTitleText>} />
      </Tabs>
      <div id={panel} role="tabpanel" aria-label="The same in other ways">
        <YamlView text={texts[tab] ?? ''} what={tab === 'yaml' ? 'file' : tab === 'api' ? 'request' : 'command'} />
        {tab === 'yaml' && <p className="kore-hint">kore apply -f FILE</p>}
      </div>
    </ExpandableSection>
  )
}

/** The request as the command line sends it with its own credentials. */
export function request({ method, path, body, ifMatch }: Call): string {
  const words = ['kore', 'api', method, path].map(quote).join(' ')
  const header = ifMatch ? ` --header ${quote(`If-Match: ${ifMatch}`)}` : ''
  if (body === undefined) return words + header
  return `${words}${header} --input - <<'END'\n${JSON.stringify(body, null, 2)}\nEND`
}
