import { Button, TextInput } from '@patternfly/react-core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { newKey } from '@/api/client'
import { replacing, sendDocument, useDryRun, type Target } from '@/api/documents'
import type { Explanation, Plan, PlanVersion } from '@/api/kinds/plans'
import { usePermission } from '@/api/permissions'
import { asProblem } from '@/api/problems'
import { keys } from '@/api/resource'
import { ActionButton } from '@/components/ActionButton'
import { Changes } from '@/components/Changes'
import { Equivalents } from '@/components/Equivalents'
import { ErrorSummary } from '@/components/form/ErrorSummary'
import { Field } from '@/components/form/Field'
import { PageFrame } from '@/components/PageFrame'
import { DryRunCard } from '@/components/schema/DryRunCard'
import { pointerFields } from '@/components/schema/problems'
import { SchemaForm } from '@/components/schema/SchemaForm'
import { YamlEditor } from '@/components/YamlEditor'
import { setFlags } from '@/lib/diff'
import { at, put, read, write } from '@/lib/document'
import { command } from '@/lib/quote'
import { changesOf, fixedPaths } from './compare'
import { DeleteDraft } from './DeleteDraft'
import { FirstOf } from './FirstOf'
import { Impact } from './Impact'
import { PublishDraft } from './PublishDraft'
import './plans.css'

interface Props {
  plan: Plan
  /** The draft that there is. */
  draft: PlanVersion | undefined
  current: PlanVersion | undefined
  /** What the provider's parameters are; null while no version of any plan of it is there to say that. */
  schema: unknown
  parameters: Explanation['parameters']
  /** What the text begins as. */
  begin: PlanVersion
}

/** What of an object is written by people. */
function documentOf({ apiVersion, kind, metadata: { name }, spec }: PlanVersion) {
  const { stageSince: _, ...rest } = spec
  return { apiVersion, kind, metadata: { name }, spec: rest }
}

/** A draft as form and as YAML, which are two views of one text, with what the server says of it. */
export function DraftEditor({ plan, draft, current, schema, parameters, begin }: Props) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { name } = plan.metadata
  const [key] = useState(newKey)
  const [first] = useState(() => write(documentOf(begin)))
  const [text, setText] = useState(first)
  const [saved, setSaved] = useState(draft ? text : '')
  const { allowed, pending } = usePermission('plan.write')
  const isReadOnly = !allowed && !pending
  const [dialog, setDialog] = useState<'publish' | 'delete' | null>(null)
  const { value, problem } = read(text)
  const version = begin.spec.version
  const path = `/api/v1/planversions/${begin.metadata.name}`
  const target: Target = draft ? replacing(path, draft) : { method: 'POST', path: '/api/v1/planversions' }
  // As it was begun it is what was published, or saved: there is nothing to ask.
  // Where nothing says what there is to write, the server does.
  const isBegun = text !== first || schema === null
  const run = useDryRun(target, problem === null && allowed && isBegun ? value : undefined)
  const save = useMutation({
    mutationFn: (sent: { text: string; value: unknown }) => sendDocument(target, sent.value, draft ? undefined : key),
    // Saved is what was sent, once the page has it: only then is it what would be published.
    onSuccess: async (_, sent) => {
      await client.invalidateQueries({ queryKey: keys.kind('PlanVersion') })
      await client.invalidateQueries({ queryKey: keys.kind('Plan') })
      setSaved(sent.text)
    },
  })
  const change = (where: Parameters<typeof put>[1], next: unknown) => setText((now) => put(now, where, next))
  const effective = at(run.preview?.object, ['spec', 'parameters']) ?? at(value, ['spec', 'parameters'])
  const changes = current ? changesOf(current.spec.parameters, effective, parameters) : []
  const isSaved = text === saved
  const notes = at(value, ['spec', 'notes'])
  const base = draft?.spec.parameters ?? current?.spec.parameters ?? {}
  const flags = setFlags(base, at(value, ['spec', 'parameters']) ?? {})
  const said = typeof notes === 'string' ? notes : ''
  const cli = [command(['kore', 'plan', 'draft'], name, ['--notes', said === draft?.spec.notes ? '' : said]), ...flags].join(' ')
  return (
    <PageFrame
      title={`Draft v${version}`}
      crumbs={[{ text: 'Plans', to: '/admin/plans' }, { text: name, to: '/admin/plans/$plan', params: { plan: name } }]}
      lead="Form and YAML are the same document: change either. Nobody makes clusters of a draft."
      actions={
        draft && (
          <ActionButton permission="plan.write" variant="link" isDanger onClick={() => setDialog('delete')}>
            Delete draft…
          </ActionButton>
        )
      }
    >
      {save.error && <ErrorSummary error={save.error} title="The draft was not saved" fields={pointerFields(asProblem(save.error).errors)} labels={{}} />}
      <div className="kore-draft">
        <section className="kore-card" aria-label="Form">
          <Field name="/spec/notes" label="Notes" hint="What changes, for people who choose a version.">
            <TextInput value={said} onChange={(_, next) => change(['spec', 'notes'], next === '' ? undefined : next)} isDisabled={problem !== null || isReadOnly} />
          </Field>
          <div className="kore-draft-gap" />
          {schema === null ? (
            <FirstOf provider={plan.spec.provider} />
          ) : problem === null ? (
            <SchemaForm schema={schema} place={['spec', 'parameters']} document={value} onChange={change} problems={run.errors} isReadOnly={isReadOnly} />
          ) : (
            <p>The YAML cannot be read; once it can, the form is here again.</p>
          )}
        </section>
        <div className="kore-draft-side">
          <section className="kore-card" aria-label="YAML">
            <h2>YAML</h2>
            <YamlEditor label="Plan version" text={text} onChange={setText} problem={problem} isReadOnly={isReadOnly} />
          </section>
          <DryRunCard run={run} isUnreadable={problem !== null} isOff={isReadOnly} isIdle={!isBegun}>
            {current && (
              <>
                <h3>What differs from v{current.spec.version}</h3>
                {changes.length > 0 ? <Changes changes={changes} fixed={fixedPaths(changes, parameters)} /> : <p>Nothing differs.</p>}
              </>
            )}
          </DryRunCard>
          {draft && (
            <section className="kore-card" aria-label="Clusters">
              <h2>If clusters were moved to the saved draft</h2>
              <Impact version={draft.metadata.name} />
            </section>
          )}
        </div>
      </div>
      <Equivalents cli={cli} yaml={value} api={{ method: draft ? 'PUT' : 'POST', path: target.path, ifMatch: target.ifMatch, body: value }} />
      <div className="kore-draft-foot">
        <ActionButton
          permission="plan.write"
          blocked={problem !== null ? 'The YAML cannot be read.' : isSaved ? 'It is saved as it is.' : null}
          isLoading={save.isPending}
          onClick={() => save.mutate({ text, value })}
        >
          Save draft
        </ActionButton>
        <ActionButton permission="plan.write" variant="secondary" blocked={draft && isSaved ? null : 'Save the draft first.'} onClick={() => setDialog('publish')}>
          Publish…
        </ActionButton>
        <Button variant="link" onClick={() => void navigate({ to: '/admin/plans/$plan', params: { plan: name } })}>
          Back to the plan
        </Button>
        <span className="kore-second" role="status">
          {isSaved ? 'Saved.' : 'Not saved yet.'}
        </span>
      </div>
      {dialog === 'publish' && draft && <PublishDraft plan={plan} draft={draft} onClose={() => setDialog(null)} />}
      {dialog === 'delete' && draft && (
        <DeleteDraft draft={draft} onClose={() => setDialog(null)} onDeleted={() => void navigate({ to: '/admin/plans/$plan', params: { plan: name } })} />
      )}
    </PageFrame>
  )
}
