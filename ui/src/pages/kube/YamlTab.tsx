import { stringify } from 'yaml'
import { YamlView } from '@/components/YamlView'
import type { Thing } from '@/lib/kube/types'

/** An object as the cluster has it, but for who manages which field. */
export function YamlTab({ object, apiVersion, kind, cli }: { object: Thing; apiVersion: string; kind: string; cli: string }) {
  return (
    <div className="kore-kube-yaml">
      <YamlView text={stringify({ apiVersion, kind, ...object })} what="object" />
      <p className="kore-hint">
        The same on the command line: <code>{cli}</code>
      </p>
    </div>
  )
}
