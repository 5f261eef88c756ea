import { Radio } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { Controller, useWatch, type UseFormReturn } from 'react-hook-form'
import { issuersQuery, type TrustedIssuer } from '@/api/kinds/robots'
import { Copy } from '@/components/Copy'
import { CheckField, Group, LinesField, SelectField, TextField } from '@/components/form/fields'
import { GITHUB, GITLAB, TRUST_LABELS as LABELS, type Profile, type Trust } from './trust'

const PROFILES: readonly { value: Profile; label: string; text: string }[] = [
  { value: 'github', label: 'GitHub Actions', text: 'Jobs of a repository' },
  { value: 'gitlab', label: 'GitLab CI', text: 'Jobs of a project' },
  { value: 'kubernetes', label: 'Kubernetes', text: 'Pods of a service account' },
  { value: 'other', label: 'Another issuer', text: 'Tokens with claims that you name' },
]

/** Issuers of a profile to choose from. */
function choices(profile: Profile, issuers: readonly TrustedIssuer[]) {
  const usual = profile === 'github' ? [{ value: GITHUB, label: 'GitHub itself' }] : profile === 'gitlab' ? [{ value: GITLAB, label: 'GitLab.com' }] : []
  const added = issuers.filter(({ spec }) => spec.profile === profile).map(({ metadata, spec }) => ({ value: spec.issuer, label: `${metadata.name}: ${spec.issuer}` }))
  return [...usual, ...added]
}

/** Whose tokens a robot believes: the exact claims, by the kind of issuer. */
export function TrustFields<T extends Trust>({ form: given }: { form: UseFormReturn<T> }) {
  // The fields of a rule are all that is touched here, whatever else the form has.
  const form = given as unknown as UseFormReturn<Trust>
  const profile = useWatch({ control: form.control, name: 'profile' })
  const issuers = useQuery(issuersQuery)
  const options = choices(profile, issuers.data ?? [])
  const choose = (next: Profile) => {
    form.setValue('profile', next)
    form.setValue('issuer', choices(next, issuers.data ?? [])[0]?.value ?? '')
    form.clearErrors()
  }
  return (
    <>
      <Controller
        name="profile"
        control={form.control}
        render={({ field }) => (
          <fieldset className="kore-group">
            <legend>Whom it trusts</legend>
            <p className="kore-hint">A job exchanges its own token, once, for one of Kore’s that works 15 minutes. No secret is stored anywhere.</p>
            <div className="kore-fields kore-fields-narrow">
              {PROFILES.map(({ value, label, text }) => (
                <Radio key={value} id={`profile-${value}`} name="profile" label={label} description={text} isChecked={field.value === value} onChange={() => choose(value)} />
              ))}
            </div>
          </fieldset>
        )}
      />
      {options.length === 0 ? (
        <NoIssuer profile={profile} />
      ) : (
        options.length > 1 && <SelectField control={form.control} name="issuer" label={LABELS.issuer ?? ''} options={options} required="Somebody’s tokens." />
      )}
      {profile === 'github' && <GitHub form={form} />}
      {profile === 'gitlab' && <GitLab form={form} />}
      {profile === 'kubernetes' && (
        <div className="kore-fields">
          <TextField control={form.control} name="podNamespace" label="Namespace of the pods" required="Which pods?" placeholder="ci" />
          <TextField control={form.control} name="serviceAccount" label="Their service account" required="Which pods?" placeholder="deployer" />
        </div>
      )}
      <LinesField
        control={form.control}
        name="claims"
        label={LABELS.claims ?? ''}
        required={profile === 'other' ? 'At least one claim.' : undefined}
        hint="A line each, compared to the letter: name=text, name:=7 or name:=true for numbers and flags, /a/b=text below other claims."
      />
      <TextField control={form.control} name="audience" label={LABELS.audience ?? ''} required="For whom are the tokens?" hint="What the token is made out to: this server’s address, unless the job asks for another." />
    </>
  )
}

function GitHub({ form }: { form: UseFormReturn<Trust> }) {
  return (
    <>
      <div className="kore-hint">
        Names can be given up and taken over, numbers cannot. Both: <Copy text="gh api repos/OWNER/NAME --jq '.id, .owner.id'" what="command" />
      </div>
      <div className="kore-fields">
        <TextField control={form.control} name="repositoryId" label={LABELS.repositoryId ?? ''} required="A rule names the repository." placeholder="74" />
        <TextField control={form.control} name="ownerId" label={LABELS.ownerId ?? ''} required="A rule names its owner." placeholder="65" />
        <TextField control={form.control} name="environment" label={LABELS.environment ?? ''} hint="Only jobs of it." placeholder="production" />
        <TextField control={form.control} name="ref" label={LABELS.ref ?? ''} hint="As refs/heads/main." />
      </div>
      <TextField control={form.control} name="workflow" label={LABELS.workflow ?? ''} hint="As owner/repo/.github/workflows/deploy.yml@refs/heads/main." />
      <p className="kore-hint">Jobs of pull requests are never believed, unless a claim says so itself: event_name=pull_request.</p>
    </>
  )
}

function GitLab({ form }: { form: UseFormReturn<Trust> }) {
  return (
    <>
      <div className="kore-fields">
        <TextField control={form.control} name="projectId" label={LABELS.projectId ?? ''} required="A rule names the project." hint="From the project’s page." placeholder="20" />
        <TextField control={form.control} name="groupId" label={LABELS.groupId ?? ''} required="A rule names whose it is." hint="From the group’s page." placeholder="72" />
        <TextField control={form.control} name="environment" label={LABELS.environment ?? ''} hint="Only jobs of it." placeholder="production" />
        <TextField control={form.control} name="ref" label={LABELS.ref ?? ''} hint="As main." />
      </div>
      <CheckField control={form.control} name="isProtected" label="Only protected branches and tags" />
      <p className="kore-hint">Jobs of merge requests are never believed, unless a claim says so itself: pipeline_source=merge_request_event.</p>
    </>
  )
}

const HOW: Record<string, string> = {
  kubernetes: 'kore issuer create NAME --profile kubernetes --issuer ISSUER --keys keys.json',
  other: 'kore issuer create NAME --profile other --issuer https://ci.example.com',
}

function NoIssuer({ profile }: { profile: Profile }) {
  return (
    <Group title="No such issuer yet">
      <div>
        An administrator says once how {profile === 'kubernetes' ? 'the tokens of the cluster that the pods are in' : 'its tokens'} are checked:{' '}
        <Copy text={HOW[profile] ?? ''} what="command" />
      </div>
    </Group>
  )
}
