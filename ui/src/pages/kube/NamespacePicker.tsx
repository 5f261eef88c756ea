import { FormSelect, FormSelectOption, ToolbarItem } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import type { Items } from '@/api/kube/reduce'
import type { ClusterAddress } from '@/api/kubernetes'
import type { Thing } from '@/lib/kube/types'
import { namespaceNamesQuery } from './names'
import type { KubeSearch } from './search'

interface Props {
  address: ClusterAddress
  /** What the list has: of all namespaces, those with something in them can be chosen. */
  items: Items<Thing>
  search: KubeSearch
  onSearch: (search: KubeSearch) => void
}

/** Which namespace a list is of. */
export function NamespacePicker({ address, items, search, onSearch }: Props) {
  const { data } = useQuery({ ...namespaceNamesQuery(address), enabled: search.namespace !== undefined })
  const shown = new Set([...items.values()].map(({ metadata }) => metadata.namespace ?? ''))
  const known = data ?? [...shown].filter(Boolean).toSorted()
  const names = search.namespace && !known.includes(search.namespace) ? [search.namespace, ...known] : known
  return (
    <ToolbarItem>
      <FormSelect
        aria-label="Namespace"
        value={search.namespace ?? ''}
        onChange={(_, namespace) => onSearch({ ...search, namespace: namespace || undefined, page: undefined })}
      >
        <FormSelectOption value="" label="Namespace: all" />
        {names.map((name) => (
          <FormSelectOption key={name} value={name} label={`Namespace: ${name}`} />
        ))}
      </FormSelect>
    </ToolbarItem>
  )
}
