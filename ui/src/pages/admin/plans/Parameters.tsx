import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { useQuery } from '@tanstack/react-query'
import type { Explanation } from '@/api/kinds/plans'
import type { Query } from '@/api/resource'
import { Prose } from '@/components/Prose'
import { plain } from '@/components/schema/shape'
import { Failed, Loading } from '@/components/states'
import { measured } from '@/lib/quantity'

export const EFFECTS = { inPlace: 'in place', rolling: 'rolling', replaces: 'made anew' } as const

/** Each parameter of a version, as `kore plan explain` tells it. */
export function Parameters({ query }: { query: Query<Explanation> }) {
  const { data, error, refetch, isPending } = useQuery(query)
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />
  if (isPending || !data) return <Loading what="Loading parameters" />
  const rows = data.parameters.filter(({ value, path }) => value !== undefined || !path.includes('*'))
  return (
    <div className="kore-table">
      <Table aria-label={`Parameters of version ${data.version}`} variant="compact" gridBreakPoint="grid-md">
        <Thead>
          <Tr>
            <Th>Parameter</Th>
            <Th>Value</Th>
            <Th>Allowed</Th>
            <Th>A change</Th>
          </Tr>
        </Thead>
        <Tbody>
          {rows.map(({ path, title, description, value, unit, allowed, effect, immutable }) => (
            <Tr key={path}>
              <Td dataLabel="Parameter">
                <span className="kore-parameter">
                  {title} <code>{path}</code>
                </span>
                <span className="kore-second">
                  <Prose text={description} />
                </span>
              </Td>
              <Td dataLabel="Value">
                {typeof value === 'number' ? measured(value, unit) : plain(value)}
              </Td>
              <Td dataLabel="Allowed">{allowed ? measured(allowed, unit) : 'any'}</Td>
              <Td dataLabel="A change">{immutable ? 'fixed once made' : effect ? EFFECTS[effect] : '–'}</Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </div>
  )
}
