import { FormSelect, FormSelectOption, ToolbarItem } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import type { ClusterAddress } from '@/api/kubernetes'
import { namespaceNamesQuery } from './names'
import type { KubeSearch } from './search'

interface Props {
  address: ClusterAddress
  search: KubeSearch
  onSearch: (search: KubeSearch) => void
}

/** Which namespace a list is of. */
export function NamespacePicker({ address, search, onSearch }: Props) {
  const { data = [] } = useQuery(namespaceNamesQuery(address))
  const names = search.namespace && !data.includes(search.namespace) ? [search.namespace, ...data] : data
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
