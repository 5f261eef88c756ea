import { Document } from 'yaml'

/** What of an object goes into a file. */
export interface Written {
  apiVersion?: string
  kind?: string
  metadata: { name: string; team?: string | null; labels?: Readonly<Record<string, string>> }
  spec?: unknown
}

/** What of each kind's spec the server fills in, and a file does not say. */
const FILLED: Readonly<Record<string, readonly string[]>> = { Team: ['id'], Plan: ['currentVersion'], PlanVersion: ['stageSince'] }
/** What must be there before what. */
const ORDER = ['Team', 'Plan', 'PlanVersion', 'PlanPolicy', 'Quota', 'AddressPool', 'CloudOrganization', 'AccountRule', 'CloudAccount', 'Cluster']
const OWN = 'kore.internal/'

const rank = ({ kind }: Written) => (ORDER.includes(kind ?? '') ? ORDER.indexOf(kind ?? '') : ORDER.length)

function bare({ apiVersion, kind, metadata, spec }: Written): object {
  const labels = Object.fromEntries(Object.entries(metadata.labels ?? {}).filter(([key]) => !key.startsWith(OWN)))
  const filled = FILLED[kind ?? ''] ?? []
  const said = Object.fromEntries(Object.entries(spec ?? {}).filter(([key]) => !filled.includes(key)))
  return {
    apiVersion,
    kind,
    metadata: { name: metadata.name, ...(metadata.team && { team: metadata.team }), ...(Object.keys(labels).length > 0 && { labels }) },
    spec: said,
  }
}

/** Objects as a file for `kore apply -f`: what people say about them, in the order in which they can be made. */
export function asFile(objects: readonly Written[]): string {
  const sorted = objects.toSorted((a, b) => rank(a) - rank(b) || a.metadata.name.localeCompare(b.metadata.name, 'en', { numeric: true }))
  return sorted.map((object) => new Document(bare(object)).toString({ lineWidth: 0 })).join('---\n')
}

/** Gives the browser a text to keep. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
