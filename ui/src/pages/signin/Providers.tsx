import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { providersQuery, type IdentityProvider } from '@/api/kinds/identityProviders'
import { ActionButton } from '@/components/ActionButton'
import { Empty, Failed, Loading } from '@/components/states'
import { StatusLabel } from '@/components/StatusLabel'
import { Section } from '../access/Section'
import { ProviderActions } from './ProviderActions'

/** The identity providers that people sign in with. */
export function Providers() {
  const { data, error, isPending, refetch } = useQuery(providersQuery)
  const navigate = useNavigate()
  const connect = (
    <ActionButton permission="identityProvider.write" onClick={() => void navigate({ to: '/admin/sign-in/connect' })}>
      Connect a provider
    </ActionButton>
  )
  return (
    <Section title="Identity providers" lead="OpenID Connect: people sign in there, and their groups are worth roles here." actions={data?.length ? connect : undefined}>
      {isPending && <Loading rows={2} what="Loading identity providers" />}
      {error && !data && <Failed error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && (
        <Empty title="No identity provider" action={connect} cli="kore idp create NAME --issuer URL --client-id ID">
          Connect your company’s sign-in: a try shows every claim before anything is saved.
        </Empty>
      )}
      {data && data.length > 0 && <ProviderTable providers={data} />}
    </Section>
  )
}

function ProviderTable({ providers }: { providers: readonly IdentityProvider[] }) {
  return (
    <div className="kore-table">
      <Table aria-label="Identity providers" variant="compact" gridBreakPoint="grid-md">
        <Thead>
          <Tr>
            <Th>Name</Th>
            <Th>State</Th>
            <Th>Issuer</Th>
            <Th modifier="fitContent">People</Th>
            <Th modifier="fitContent">Groups mapped</Th>
            <Th screenReaderText="Actions" />
          </Tr>
        </Thead>
        <Tbody>
          {providers.map((provider) => (
            <Tr key={provider.metadata.name}>
              <Td dataLabel="Name">
                <Link to="/admin/sign-in/providers/$provider" params={{ provider: provider.metadata.name }}>
                  {provider.metadata.name}
                </Link>
                {provider.spec.displayName && <span className="kore-second">{provider.spec.displayName}</span>}
              </Td>
              <Td dataLabel="State">
                <StatusLabel status={provider.spec.enabled === false ? { tone: 'off', text: 'Off', message: 'Nobody signs in with it, and its groups give nothing.' } : { tone: 'ok', text: 'On', message: null }} />
              </Td>
              <Td dataLabel="Issuer" className="kore-object">
                {provider.spec.issuer}
              </Td>
              <Td dataLabel="People">{provider.status?.identities ?? 0}</Td>
              <Td dataLabel="Groups mapped">{provider.spec.groupMappings?.length ?? 0}</Td>
              <Td isActionCell>
                <ProviderActions provider={provider} />
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </div>
  )
}
