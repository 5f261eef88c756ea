import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { newKey } from '@/api/client'
import { createCloud, replaceCloud, type CloudOrganization } from '@/api/kinds/clouds'
import { keys } from '@/api/resource'
import { Equivalents } from '@/components/Equivalents'
import { SelectField, TextField } from '@/components/form/fields'
import { FormPage } from '@/components/form/FormPage'
import { useFormErrors } from '@/components/form/useFormErrors'
import { cloudCommand, cloudOf, FIELDS, LABELS, PARTITIONS, valuesOf, type CloudValues } from './form'

/** Where an organisation of AWS is: a new one, or what changes of one. */
export function CloudForm({ cloud }: { cloud?: CloudOrganization }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const [key] = useState(newKey)
  const form = useForm<CloudValues>({ defaultValues: valuesOf(cloud) })
  const values = useWatch({ control: form.control, compute: (now) => now })
  const save = useMutation({
    mutationFn: (given: CloudValues) => {
      const next = cloudOf(given, cloud)
      return cloud ? replaceCloud(cloud, next.spec) : createCloud(next, key)
    },
    onSuccess: async ({ metadata }) => {
      await client.invalidateQueries({ queryKey: keys.kind('CloudOrganization') })
      await navigate({ to: '/admin/clouds/$cloud', params: { cloud: metadata.name } })
    },
  })
  useFormErrors(form, save.error, FIELDS)
  const body = cloudOf(values, cloud)
  const path = '/api/v1/cloudorganizations'
  const { control } = form
  return (
    <FormPage
      guard={{ permission: 'cloud.write' }}
      action={cloud ? 'Save cloud' : 'Connect cloud'}
      onSubmit={(event) => void form.handleSubmit((given) => save.mutate(given))(event)}
      onCancel={() => void navigate({ to: '/admin/clouds' })}
      isSaving={save.isPending}
      error={save.error}
      errorTitle={cloud ? 'The cloud was not changed' : 'The cloud was not connected'}
      fields={FIELDS}
      labels={LABELS}
      equivalents={
        <Equivalents
          cli={cloudCommand(body, cloud)}
          yaml={body}
          api={cloud ? { method: 'PUT', path: `${path}/${cloud.metadata.name}`, body, ifMatch: `"${cloud.metadata.resourceVersion ?? ''}"` } : { method: 'POST', path, body }}
        />
      }
    >
      {!cloud && (
        <>
          <TextField control={control} name="name" label={LABELS.name} hint="How it is called here. Lower case letters, digits and -. It stays." required="A cloud has a name." placeholder="acme" />
          <SelectField control={control} name="partition" label={LABELS.partition} hint="It stays." options={PARTITIONS} />
          <TextField control={control} name="managementAccount" label={LABELS.managementAccount} hint="12 digits. It stays." required="Say which account manages the organisation." placeholder="123456789012" />
        </>
      )}
      <TextField control={control} name="homeRegion" label={LABELS.homeRegion} hint="Where Kore’s own things are." required="Say a region, as eu-central-1." placeholder="eu-central-1" />
      <TextField control={control} name="regions" label={LABELS.regions} hint="Where clusters may be made, with commas between; empty for the home region." placeholder="eu-central-1, eu-west-1" />
      <TextField control={control} name="organizationalUnit" label={LABELS.organizationalUnit} hint="The unit (ou-…) or the root (r-…) that Kore makes its own unit under." required="Say a unit, as ou-ab12-cdefgh34." placeholder="ou-ab12-cdefgh34" />
      <TextField control={control} name="accountEmail" label={LABELS.accountEmail} hint="Every account has an address of its own: {account} stands for it." required="Say an address with {account} in it." placeholder="aws+{account}@example.org" />
      <TextField control={control} name="domain" label={LABELS.domain} hint="Each cluster has a zone CLUSTER.TEAM below it; empty for none." placeholder="apps.example.org" />
      <TextField control={control} name="zone" label={LABELS.zone} hint="Id of the hosted zone of that domain in the management account, which clusters’ zones are delegated from." placeholder="Z0123456789ABCDEFGHIJ" />
    </FormPage>
  )
}
