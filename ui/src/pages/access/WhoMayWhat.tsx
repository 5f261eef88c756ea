import { Button, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { subjectsQuery } from '@/api/kinds/access'
import { clustersQuery } from '@/api/kinds/clusters'
import { usePermission } from '@/api/permissions'
import { Copy } from '@/components/Copy'
import { Field } from '@/components/form/Field'
import { Empty, Failed, Loading } from '@/components/states'
import { command } from '@/lib/quote'
import { Holdings } from './Holdings'
import { PERMISSIONS } from './permissions'
import { subjectName, subjectOf } from './scope'
import { Section } from './Section'
import { Subject } from './Subject'
import { SubjectSuggestions, SUGGESTIONS } from './SubjectSuggestions'

interface Asked {
  subject?: string
  permission?: string
  cluster?: string
}

interface Props {
  team: string
  asked: Asked
  onAsk: (asked: Asked) => void
}

/** Two questions: what may this one do, and who may do that. */
export function WhoMayWhat({ team, asked, onAsk }: Props) {
  const may = usePermission('access.review', { team })
  if (may.pending) return <Loading rows={3} what="Looking up what you may do" />
  if (!may.allowed) return <OnlyOwn team={team} reason={may.reason} />
  return (
    <>
      <Section title="What can this one do?" lead="Everything that they hold here, and by what.">
        <AskSubject key={asked.subject} team={team} subject={asked.subject ?? ''} onAsk={(subject) => onAsk({ ...asked, subject })} />
        {asked.subject && <Holdings subject={asked.subject} team={team} />}
      </Section>
      <Section title="Who can do this?" lead="Everybody, and by what they may.">
        <AskPermission team={team} asked={asked} onAsk={onAsk} />
        {asked.permission && <Holders team={team} permission={asked.permission} cluster={asked.cluster} />}
      </Section>
    </>
  )
}

/** What is left for those who may not ask about others. */
function OnlyOwn({ team, reason }: { team: string; reason: string | null }) {
  return (
    <Section title="What can you do?" lead={`About others owners may ask${reason ? `: ${reason}` : ''}.`}>
      <Holdings subject={null} team={team} />
    </Section>
  )
}

function AskSubject({ team, subject, onAsk }: { team: string; subject: string; onAsk: (subject: string) => void }) {
  const [typed, setTyped] = useState(subjectName(subject))
  const [touched, setTouched] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (subjectOf(typed) !== '') onAsk(subjectOf(typed))
  }
  return (
    <form className="kore-request-foot" onSubmit={submit}>
      <TextInput className="kore-ask" aria-label="Person or robot" placeholder={`ana or ${team}/ci`} value={typed} onChange={(_, value) => setTyped(value)} list={SUGGESTIONS} onFocus={() => setTouched(true)} autoComplete="off" spellCheck={false} />
      {touched && <SubjectSuggestions team={team} />}
      <Button type="submit" variant="secondary">
        Look
      </Button>
      {subject && <Copy text={command(['kore', 'access', 'holds'], subjectName(subject))} what="command" />}
    </form>
  )
}

function AskPermission({ team, asked, onAsk }: { team: string; asked: Asked; onAsk: (asked: Asked) => void }) {
  const clusters = useQuery(clustersQuery(team, { limit: '500', orderBy: 'name' }))
  return (
    <div className="kore-fields kore-fields-narrow">
      <Field name="permission" label="Permission">
        <FormSelect value={asked.permission ?? ''} onChange={(_, permission) => onAsk({ ...asked, permission: permission || undefined })}>
          <FormSelectOption value="" label="Choose what" />
          {PERMISSIONS.filter(({ about }) => about !== 'platform').map(({ name, text }) => (
            <FormSelectOption key={name} value={name} label={`${text} (${name})`} />
          ))}
        </FormSelect>
      </Field>
      <Field name="cluster" label="Where">
        <FormSelect value={asked.cluster ?? ''} onChange={(_, cluster) => onAsk({ ...asked, cluster: cluster || undefined })}>
          <FormSelectOption value="" label="In the whole team" />
          {clusters.data?.items.map(({ metadata }) => (
            <FormSelectOption key={metadata.name} value={metadata.name} label={`Cluster ${metadata.name}`} />
          ))}
        </FormSelect>
      </Field>
    </div>
  )
}

function Holders({ team, permission, cluster }: { team: string; permission: string; cluster?: string }) {
  const { data, error, isPending, refetch } = useQuery(subjectsQuery(permission, { team, ...(cluster && { cluster }) }))
  const line = command(['kore', 'access', 'who'], permission, cluster ? `${team}/${cluster}` : team)
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />
  if (isPending) return <Loading rows={2} what="Looking who may" />
  if (!data || data.subjects.length === 0) return <Empty title="Nobody may" cli={line}>No role that anybody has here allows it.</Empty>
  return (
    <>
      <ul className="kore-card kore-holders">
        {data.subjects.map(({ subject, via }) => (
          <li key={subject}>
            <span>
              <Subject subject={subject} />
            </span>
            <span className="kore-second">{via.join('; ')}</span>
          </li>
        ))}
      </ul>
      <Copy text={line} what="command" />
    </>
  )
}
