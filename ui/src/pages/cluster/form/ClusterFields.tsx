import { Checkbox, TextInput } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { explanationQuery, type Explanation } from '@/api/kinds/plans'
import { fieldId } from '@/components/form/ErrorSummary'
import { SchemaForm } from '@/components/schema/SchemaForm'
import { Failed, Loading } from '@/components/states'
import { at, type Path } from '@/lib/document'
import type { ReactNode } from 'react'
import type { Blocker } from './blockers'
import { inheritedOf, partsOf, requestsOf } from './parameters'
import { YamlView } from '@/components/YamlView'

type Change = (path: Path, value: unknown) => void
interface FieldsProps {
  document: unknown
  onChange: Change
  blockers: readonly Blocker[]
}

/** The name that a new cluster gets. */
export function NameField({ document, onChange, blockers, isFree }: FieldsProps & { isFree: boolean }) {
  const id = fieldId('/metadata/name')
  const problem = blockers.find(({ pointer }) => pointer === '/metadata/name')
  const value = at(document, ['metadata', 'name'])
  return (
    <div className="kore-field">
      <div className="kore-field-label">
        <label htmlFor={id}>
          Name<span aria-hidden="true"> *</span>
        </label>
        {isFree && <span className="kore-free">free</span>}
      </div>
      <TextInput
        id={id}
        value={typeof value === 'string' ? value : ''}
        onChange={(_, name) => onChange(['metadata', 'name'], name)}
        validated={problem && value ? 'error' : 'default'}
        aria-invalid={problem && value ? true : undefined}
        aria-describedby={`${id}-about`}
        aria-required
        autoComplete="off"
        spellCheck={false}
      />
      <div id={`${id}-about`} className="kore-field-about">
        {problem && value ? <p className="kore-field-problem">{problem.text}</p> : <p>Lower-case letters, digits and dashes, as in dev. It stays.</p>}
      </div>
    </div>
  )
}

/** Whether deleting it is refused. */
export function ProtectionField({ document, onChange }: Pick<FieldsProps, 'document' | 'onChange'>) {
  return (
    <Checkbox
      id={fieldId('/spec/deletionProtection')}
      label="Deletion protection"
      description="Deleting is refused until this is taken off."
      isChecked={at(document, ['spec', 'deletionProtection']) === true}
      onChange={(_, on) => onChange(['spec', 'deletionProtection'], on || undefined)}
    />
  )
}

interface ParametersProps extends FieldsProps {
  team: string
  plan: string
  version: number | null
  isMade?: boolean
  isReadOnly?: boolean
}

/** A plan's parameters as the team meets them: what may be changed is open, what policies lock is shown with whom to ask. */
export function Parameters({ team, plan, version, ...rest }: ParametersProps) {
  const { data, error, refetch } = useQuery(explanationQuery(plan, { version: version ?? undefined, team }))
  if (error) return <Failed error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading what="Loading the plan’s parameters" />
  return <Explained explanation={data} team={team} {...rest} />
}

function Explained({ explanation, team, document, onChange, blockers, isMade = false, isReadOnly }: Omit<ParametersProps, 'plan' | 'version'> & { explanation: Explanation }) {
  const { open, locked, shut } = partsOf(explanation, isMade)
  const problems = blockers.flatMap(({ pointer, text }) => (pointer ? [{ pointer, detail: text }] : []))
  const form = (schema: unknown, readOnly: boolean): ReactNode => (
    <SchemaForm
      schema={schema}
      place={['spec', 'overrides']}
      document={document}
      onChange={onChange}
      inherited={inheritedOf(explanation)}
      explained={explanation.parameters}
      problems={problems}
      isMade={isMade}
      isReadOnly={readOnly || isReadOnly}
    />
  )
  const requests = requestsOf(explanation, team)
  return (
    <>
      {open !== null && form(open, false)}
      {locked !== null && (
        <details>
          <summary>{shut} more set by the plan</summary>
          <div className="kore-stack">
            {form(locked, true)}
            {requests !== null && (
              <div>
                <p>To have one of them changed, send this to whom it names:</p>
                <YamlView text={requests} what="request for a change" />
              </div>
            )}
          </div>
        </details>
      )}
    </>
  )
}
