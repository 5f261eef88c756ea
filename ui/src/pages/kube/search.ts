/** What the URL says of a list in a cluster. */
export interface KubeSearch {
  namespace?: string
  q?: string
  sort?: string
  page?: number
  /** A kind, or a type of event. */
  kind?: string
  /** Only what is not fine. */
  trouble?: boolean
}

const text = (given: unknown) => (typeof given === 'string' && given !== '' ? given : undefined)

export function kubeSearch(given: Record<string, unknown>): KubeSearch {
  const page = Number(given.page)
  return {
    namespace: text(given.namespace),
    q: text(given.q),
    sort: text(given.sort),
    page: Number.isInteger(page) && page > 1 ? page : undefined,
    kind: text(given.kind),
    trouble: given.trouble === true ? true : undefined,
  }
}

/** What the URL says of one object's page. */
export interface ObjectSearch {
  view?: string
  container?: string
  previous?: boolean
  times?: boolean
  nowrap?: boolean
  find?: string
  all?: boolean
}

export function objectSearch(given: Record<string, unknown>): ObjectSearch {
  const is = (name: string) => (given[name] === true ? true : undefined)
  return {
    view: text(given.view),
    container: text(given.container),
    previous: is('previous'),
    times: is('times'),
    nowrap: is('nowrap'),
    find: text(given.find),
    all: is('all'),
  }
}

export const PAGE = 100

/** Sorts by what a column says of items; names decide between equals. */
export function sorted<T extends { metadata: { name: string } }>(
  items: readonly T[],
  by: ((item: T) => string | number) | undefined,
  isDescending: boolean,
): T[] {
  const keyed = items.map((item) => ({ item, key: by?.(item) ?? item.metadata.name }))
  const compare = (a: string | number, b: string | number) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : NAMES.compare(String(a), String(b))
  keyed.sort((a, b) => (isDescending ? -1 : 1) * compare(a.key, b.key) || NAMES.compare(a.item.metadata.name, b.item.metadata.name))
  return keyed.map(({ item }) => item)
}

const NAMES = new Intl.Collator('en', { numeric: true })

/** The path of a list: of a namespace, or of all. */
export const listPath = (base: string, plural: string, namespace?: string): string =>
  namespace ? `${base}/namespaces/${encodeURIComponent(namespace)}/${plural}` : `${base}/${plural}`

/** The path of one object's list of one, which can be watched like any other. */
export const onePath = (base: string, plural: string, namespace: string | undefined, name: string): string =>
  `${listPath(base, plural, namespace)}?${new URLSearchParams({ fieldSelector: `metadata.name=${name}` })}`
