import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { deleteIssuer, issuersQuery, type TrustedIssuer } from '@/api/kinds/trustedIssuers'
import { keys } from '@/api/resource'
import { ActionButton, ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { ConfirmDelete } from '@/components/ConfirmDelete'
import { Empty, Failed, Loading } from '@/components/states'
import { Time } from '@/components/Time'
import { command } from '@/lib/quote'
import { Section } from '../access/Section'
import { CreateIssuer } from './CreateIssuer'

/** Issuers whose tokens robots may bring instead of a secret. */
export function Issuers() {
  const { data, error, isPending, refetch } = useQuery(issuersQuery)
  const [creating, setCreating] = useState(false)
  const [deleting, setDeleting] = useState<TrustedIssuer | null>(null)
  const add = (
    <ActionButton permission="issuer.write" variant={data?.length ? 'secondary' : 'primary'} size={data?.length ? 'sm' : undefined} onClick={() => setCreating(true)}>
      Trust an issuer
    </ActionButton>
  )
  return (
    <Section title="Trusted issuers" lead="Whose tokens robots may bring instead of a secret." actions={data?.length ? add : undefined}>
      {isPending && <Loading rows={2} what="Loading trusted issuers" />}
      {error && !data && <Failed error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && (
        <Empty title="GitHub’s and GitLab’s own, and no others" action={add} cli="kore issuer create NAME --issuer URL">
          Tokens of github.com and gitlab.com are trusted without one. Add your own GitLab, a Kubernetes cluster or a CI system.
        </Empty>
      )}
      {data && data.length > 0 && (
        <div className="kore-table">
          <Table aria-label="Trusted issuers" variant="compact" gridBreakPoint="grid-md">
            <Thead>
              <Tr>
                <Th>Name</Th>
                <Th>Issuer</Th>
                <Th>Tokens like</Th>
                <Th>Keys</Th>
                <Th>Added</Th>
                <Th screenReaderText="Actions" />
              </Tr>
            </Thead>
            <Tbody>
              {data.map((issuer) => (
                <Tr key={issuer.metadata.name}>
                  <Td dataLabel="Name">{issuer.metadata.name}</Td>
                  <Td dataLabel="Issuer" className="kore-object">
                    {issuer.spec.issuer}
                  </Td>
                  <Td dataLabel="Tokens like">{issuer.spec.profile}</Td>
                  <Td dataLabel="Keys">{issuer.spec.keys ? 'given here' : 'fetched from it'}</Td>
                  <Td dataLabel="Added">
                    <Time at={issuer.metadata.creationTimestamp} />
                  </Td>
                  <Td isActionCell>
                    <ActionMenu label={`Actions of ${issuer.metadata.name}`}>
                      <ActionItem permission="issuer.write" isDanger onClick={() => setDeleting(issuer)}>
                        Delete…
                      </ActionItem>
                    </ActionMenu>
                  </Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        </div>
      )}
      {creating && <CreateIssuer onClose={() => setCreating(false)} />}
      {deleting && <DeleteIssuer issuer={deleting} onClose={() => setDeleting(null)} />}
    </Section>
  )
}

function DeleteIssuer({ issuer, onClose }: { issuer: TrustedIssuer; onClose: () => void }) {
  const client = useQueryClient()
  const { name, resourceVersion } = issuer.metadata
  const remove = useMutation({
    mutationFn: () => deleteIssuer(issuer),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.kind('TrustedIssuer') })
      onClose()
    },
  })
  return (
    <ConfirmDelete
      what="issuer"
      name={name}
      impact={[`Robots that trust ${issuer.spec.issuer} get in with its tokens no more.`, 'Their rules stay, and are good again when it comes back.']}
      cli={command(['kore', 'issuer', 'delete'], name)}
      api={{ method: 'DELETE', path: `/api/v1/trustedissuers/${name}`, ifMatch: `"${resourceVersion ?? ''}"` }}
      onDelete={() => remove.mutate()}
      onClose={onClose}
      isDeleting={remove.isPending}
      error={remove.error}
    />
  )
}
