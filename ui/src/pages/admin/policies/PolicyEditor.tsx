import { Button, TextInput } from '@patternfly/react-core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { newKey } from '@/api/client'
import { replacing, sendDocument, useDryRun, type Target } from '@/api/documents'
import type { PlanPolicy } from '@/api/kinds/policies'
import { usePermission } from '@/api/permissions'
import { asProblem } from '@/api/problems'
import { keys } from '@/api/resource'
import { ActionButton } from '@/components/ActionButton'
import { Equivalents } from '@/components/Equivalents'
import { ErrorSummary } from '@/components/form/ErrorSummary'
import { Field } from '@/components/form/Field'
import { PageFrame } from '@/components/PageFrame'
import { DryRunCard } from '@/components/schema/DryRunCard'
import { pointerFields } from '@/components/schema/problems'
import { SchemaForm } from '@/components/schema/SchemaForm'
import { YamlEditor } from '@/components/YamlEditor'
import { at, put, read, write } from '@/lib/document'
import { policyCommand } from './command'
import { DeletePolicy } from './DeletePolicy'
import { useOffered } from './useOffered'
import { Verdicts } from './Verdicts'

/** A policy as form and as YAML, with whose verdict it would change. */
export function PolicyEditor({ policy, begin }: { policy: PlanPolicy | null; begin: unknown }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const [key] = useState(newKey)
  const [text, setText] = useState(() => write(begin))
  const [saved, setSaved] = useState(policy ? text : '')
  const [deleting, setDeleting] = useState(false)
  const { allowed, pending } = usePermission('policy.write')
  const isReadOnly = !allowed && !pending
  const [isChanging, setChanging] = useState(policy === null)
  const { value, problem } = read(text)
  const provider = at(value, ['spec', 'provider'])
  const schema = useOffered(typeof provider === 'string' ? provider : 'the provider', policy === null, isChanging)
  const name = at(value, ['metadata', 'name'])
  const isNamed = typeof name === 'string' && name !== ''
  const path = policy ? `/api/v1/planpolicies/${policy.metadata.name}` : '/api/v1/planpolicies'
  const target: Target = policy ? replacing(path, policy) : { method: 'POST', path }
  const isSaved = text === saved
  const run = useDryRun(target, problem === null && !isSaved && isNamed && allowed ? value : undefined)
  const save = useMutation({
    mutationFn: () => sendDocument(target, value, policy ? undefined : key),
    onSuccess: async (object) => {
      setSaved(text)
      await client.invalidateQueries({ queryKey: keys.kind('PlanPolicy') })
      if (!policy) await navigate({ to: '/admin/policies/$policy', params: { policy: object.metadata.name } })
    },
  })
  const change = (where: Parameters<typeof put>[1], next: unknown) => setText((now) => put(now, where, next))
  const title = policy ? policy.metadata.name : 'Create policy'
  const written = save.error ? (asProblem(save.error).errors ?? []) : []
  const nameProblem = [...run.errors, ...written].find(({ pointer }) => pointer === '/metadata/name')?.detail
  return (
    <PageFrame
      title={title}
      crumbs={[{ text: 'Policies', to: '/admin/policies' }]}
      lead={policy ? policy.spec.description : 'Form and YAML are the same document: change either.'}
      actions={
        policy && (
          <ActionButton permission="policy.write" variant="secondary" isDanger onClick={() => setDeleting(true)}>
            Delete…
          </ActionButton>
        )
      }
    >
      {save.error && <ErrorSummary error={save.error} title="The policy was not saved" fields={pointerFields(written)} labels={{}} />}
      <div className="kore-draft">
        <section className="kore-card" aria-label="Form">
          <div role="presentation" onFocus={() => setChanging(true)}>
          {!policy && (
            <>
              <Field name="/metadata/name" label="Name" hint="Lower case letters, digits and -. It stays." isRequired error={nameProblem}>
                <TextInput value={typeof name === 'string' ? name : ''} onChange={(_, next) => change(['metadata', 'name'], next)} isDisabled={problem !== null} autoComplete="off" spellCheck={false} />
              </Field>
              <div className="kore-draft-gap" />
            </>
          )}
          {problem === null ? (
            <SchemaForm schema={schema} place={['spec']} document={value} onChange={change} problems={[...run.errors, ...written]} isReadOnly={isReadOnly} known={KNOWN} />
          ) : (
            <p>The YAML cannot be read; once it can, the form is here again.</p>
          )}
          </div>
        </section>
        <div className="kore-draft-side">
          <section className="kore-card" aria-label="YAML">
            <h2>YAML</h2>
            <YamlEditor label="Policy" text={text} onChange={setText} problem={problem} isReadOnly={isReadOnly} />
          </section>
          {isSaved ? (
            <section className="kore-card" aria-label="What the server says">
              <h2>What the server says</h2>
              <p>It holds as it is. Change something to see whose verdict that would change; nothing is written by looking.</p>
            </section>
          ) : isNamed || problem !== null ? (
            <DryRunCard run={run} isUnreadable={problem !== null} isOff={isReadOnly}>
              {run.preview && run.problems.length === 0 && (
                <>
                  <h3>Whose verdict would change</h3>
                  <Verdicts verdicts={run.preview.verdicts ?? []} />
                </>
              )}
            </DryRunCard>
          ) : (
            <section className="kore-card" aria-label="What the server says">
              <h2>What the server says</h2>
              <p>Give it a name: then the server says whether it fits, and whose verdict it would change.</p>
            </section>
          )}
        </div>
      </div>
      <Equivalents cli={policyCommand(policy ? 'edit' : 'create', value, policy)} yaml={value} api={{ method: policy ? 'PUT' : 'POST', path, ifMatch: target.ifMatch, body: value }} />
      <div className="kore-draft-foot">
        <ActionButton permission="policy.write" blocked={problem !== null ? 'The YAML cannot be read.' : isSaved ? 'It is saved as it is.' : null} isLoading={save.isPending} onClick={() => save.mutate()}>
          {policy ? 'Save policy' : 'Create policy'}
        </ActionButton>
        <Button variant="link" onClick={() => void navigate({ to: '/admin/policies' })}>
          Back to the policies
        </Button>
        <span className="kore-second" role="status">
          {isSaved ? 'Saved.' : 'Not saved yet.'}
        </span>
      </div>
      {deleting && policy && <DeletePolicy policy={policy} onClose={() => setDeleting(false)} onDeleted={() => void navigate({ to: '/admin/policies' })} />}
    </PageFrame>
  )
}

/** The form asks for the provider of a new policy only. */
const KNOWN = ['provider'] as const
