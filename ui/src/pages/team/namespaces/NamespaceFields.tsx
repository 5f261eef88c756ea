import { useWatch, type UseFormReturn } from 'react-hook-form'
import { CheckField, Group, SelectField, TextField } from '@/components/form/fields'
import { AMOUNTS, type Values } from './values'

export const FIELDS = {
  name: '/spec/name', cluster: '/spec/cluster', template: '/spec/quota', cpu: '/spec/quota/hard/requests.cpu',
  memory: '/spec/quota/hard/requests.memory', memoryLimit: '/spec/quota/hard/limits.memory', pods: '/spec/quota/hard/pods',
  volumes: '/spec/quota/hard/persistentvolumeclaims', storage: '/spec/quota/hard/requests.storage',
  maxCpu: '/spec/limits/max/cpu', maxMemory: '/spec/limits/max/memory', from: '/spec/network/fromNamespaces',
  to: '/spec/network/toNamespaces', podSecurity: '/spec/podSecurity', viewers: '/spec/access/viewers',
  developers: '/spec/access/developers', adopt: '/spec/adopt', deletionProtection: '/spec/deletionProtection',
}
export const LABELS: Record<keyof typeof FIELDS, string> = {
  name: 'Name', cluster: 'Cluster', template: 'Size', cpu: 'CPU requested', memory: 'Memory requested',
  memoryLimit: 'Memory at most', pods: 'Pods', volumes: 'Volumes', storage: 'Storage', maxCpu: 'CPU of a container at most',
  maxMemory: 'Memory of a container at most', from: 'From namespaces', to: 'To namespaces', podSecurity: 'Pod security',
  viewers: 'Viewers are', developers: 'Developers are', adopt: 'Take over', deletionProtection: 'Deletion protection',
}

const SIZES = [
  { value: 'small', label: 'Small: 1 CPU, 2 GiB, 10 pods, 20 GiB of storage' },
  { value: 'medium', label: 'Medium: 4 CPU, 8 GiB, 40 pods, 100 GiB of storage' },
  { value: 'large', label: 'Large: 16 CPU, 32 GiB, 160 pods, 500 GiB of storage' },
  { value: 'own', label: 'Own: amounts as you say' },
]
const STANDARDS = [
  { value: '', label: 'As the cluster’s guardrails ask' },
  { value: 'baseline', label: 'Baseline: no known way to the node' },
  { value: 'restricted', label: 'Restricted: no root, no privilege escalation besides' },
]
const ROLES = [
  { value: '', label: 'What they are in the whole cluster' },
  { value: 'view', label: 'View: reads, but no Secrets' },
  { value: 'deploy', label: 'Deploy: changes workloads; no Secrets, no shells' },
  { value: 'edit', label: 'Edit: everything but roles and quotas' },
  { value: 'admin', label: 'Admin: gives roles in it too' },
]

interface Props {
  form: UseFormReturn<Values>
  /** Clusters to choose from; nothing when it is there already. */
  clusters: readonly string[] | null
}

/** Everything that a namespace is asked for. */
export function NamespaceFields({ form, clusters }: Props) {
  const template = useWatch({ control: form.control, name: 'template' })
  return (
    <>
      {clusters && (
        <>
          <SelectField
            control={form.control}
            name="cluster"
            label={LABELS.cluster}
            required="A namespace is in a cluster."
            options={[...(clusters.length === 1 ? [] : [{ value: '', label: 'Choose a cluster' }]), ...clusters.map((value) => ({ value, label: value }))]}
          />
          <TextField control={form.control} name="name" label={LABELS.name} required="A namespace has a name." hint="Lower case letters, digits and -, as in web. It stays." />
        </>
      )}
      <Group title="How much it may use" text="More than that is refused by the cluster, with the quota’s name.">
        <SelectField control={form.control} name="template" label={LABELS.template} options={SIZES} />
        {template === 'own' && (
          <div className="kore-fields">
            {Object.values(AMOUNTS).map(({ field, label, placeholder }) => (
              <TextField key={field} control={form.control} name={field} label={label} placeholder={placeholder} />
            ))}
          </div>
        )}
        <div className="kore-fields">
          <TextField control={form.control} name="maxCpu" label={LABELS.maxCpu} hint="As the size says, when left empty." />
          <TextField control={form.control} name="maxMemory" label={LABELS.maxMemory} hint="As the size says, when left empty." />
        </div>
      </Group>
      <Group title="What is open" text="Everything else is closed.">
        <div className="kore-fields">
        <CheckField control={form.control} name="dns" label="Name service" hint="Its pods look up names." />
        <CheckField control={form.control} name="sameNamespace" label="Same namespace" hint="Its pods talk to each other." />
        <CheckField control={form.control} name="ingress" label="Ingress" hint="The cluster’s ingress, in kore-ingress, reaches its pods." />
        <CheckField control={form.control} name="internet" label="Internet" hint="Its pods reach public addresses; private ones stay closed." />
        </div>
        <div className="kore-fields">
          <TextField control={form.control} name="from" label={LABELS.from} hint="Their pods reach its pods. Names, apart by commas." />
          <TextField control={form.control} name="to" label={LABELS.to} hint="Its pods reach theirs, where they let it in." />
        </div>
      </Group>
      <Group title="Safety" text="More than the cluster asks for, never less.">
        <SelectField control={form.control} name="podSecurity" label={LABELS.podSecurity} options={STANDARDS} />
        <CheckField control={form.control} name="deletionProtection" label="Protect from deletion" hint="Deleting it, and its cluster, is refused until this is taken off." />
        {clusters && <CheckField control={form.control} name="adopt" label="Take over one that is there" hint="With what is in it; without this, a namespace of this name that the cluster has is left alone." />}
      </Group>
      <Group title="Who is what in it" text="Besides what the team’s roles are in the whole cluster. Single people and robots get roles on its page.">
        <div className="kore-fields">
          <SelectField control={form.control} name="viewers" label={LABELS.viewers} options={ROLES} />
          <SelectField control={form.control} name="developers" label={LABELS.developers} options={ROLES} hint="Maintainers too." />
        </div>
      </Group>
    </>
  )
}
