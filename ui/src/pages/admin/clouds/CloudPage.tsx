import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { checkCloud, cloudQuery, replaceCloud, type CloudOrganization } from '@/api/kinds/clouds'
import { keys } from '@/api/resource'
import { ActionButton, ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { Facts } from '@/components/Facts'
import { Loaded } from '@/components/Loaded'
import { ObjectHeader } from '@/components/ObjectHeader'
import { OnDemand } from '@/components/OnDemand'
import { ProblemAlert } from '@/components/ProblemAlert'
import { Time } from '@/components/Time'
import { formatFilter } from '@/lib/filter'
import { Checks } from './Checks'
import { CloudForm } from './CloudForm'
import { DeleteCloud } from './DeleteCloud'
import { Kept } from './Kept'
import { cloudStatus, isChecking } from './words'
import './clouds.css'

const CRUMBS = [{ text: 'Clouds', to: '/admin/clouds' }] as const

/** One organisation, and whether Kore is allowed there what it needs. */
export function CloudPage() {
  const { cloud } = useParams({ from: '/shell/admin/clouds/$cloud' })
  return (
    <Loaded query={cloudQuery(cloud)} what="cloud" title={cloud}>
      {(found) => <Shown cloud={found} />}
    </Loaded>
  )
}

function Shown({ cloud }: { cloud: CloudOrganization }) {
  const { metadata, spec, status } = cloud
  const client = useQueryClient()
  const navigate = useNavigate()
  const [deleting, setDeleting] = useState(false)
  const again = () => client.invalidateQueries({ queryKey: keys.kind('CloudOrganization') })
  const check = useMutation({ mutationFn: () => checkCloud(metadata.name), onSuccess: again })
  const pause = useMutation({ mutationFn: () => replaceCloud(cloud, { ...spec, paused: !spec.paused }), onSuccess: again })
  const busy = check.isPending || (isChecking(cloud) && !spec.paused)
  const aws = spec.aws
  const error = check.error ?? pause.error
  return (
    <ObjectHeader
      title={metadata.name}
      status={cloudStatus(cloud)}
      crumbs={CRUMBS}
      actions={
        <>
          <ActionButton permission="cloud.write" variant="secondary" isLoading={busy} blocked={spec.paused ? 'It is paused: nothing is done there.' : busy ? 'It is being looked at.' : null} onClick={() => check.mutate()}>
            Check now
          </ActionButton>
          <ActionMenu label={`Actions of ${metadata.name}`}>
            <ActionItem permission="cloud.write" onClick={() => pause.mutate()}>
              {spec.paused ? 'Go on' : 'Pause'}
            </ActionItem>
            <ActionItem permission="cloud.write" isDanger onClick={() => setDeleting(true)}>
              Delete…
            </ActionItem>
          </ActionMenu>
        </>
      }
    >
      {error && <ProblemAlert error={error} title={check.error ? 'It was not checked' : 'It was not changed'} />}
      <div className="kore-columns">
        <div className="kore-grow kore-stack">
          <Checks checks={status?.checks ?? []} cloud={metadata.name} />
          <Kept cloud={cloud} />
          <OnDemand summary="Change it">{() => <CloudForm key={metadata.generation} cloud={cloud} />}</OnDemand>
        </div>
        <section className="kore-card kore-side" aria-labelledby="facts">
          <h2 id="facts">Where it is</h2>
          <Facts
            facts={{
              Cloud: spec.provider.toUpperCase(), Partition: aws?.partition, 'Managed by': aws?.managementAccount, 'Home region': aws?.homeRegion,
              Regions: aws?.regions.join(', '), 'Kore’s unit is under': aws?.organizationalUnit, 'Address of accounts': aws?.accountEmail,
              'Zones of clusters': aws?.parentZone && `CLUSTER.TEAM.${aws.parentZone.domain}, delegated from ${aws.parentZone.id}`,
              Checked: status?.checkedAt && <Time at={status.checkedAt} />,
              'Used by': <UsedBy cloud={metadata.name} />,
            }}
          />
        </section>
      </div>
      {deleting && <DeleteCloud cloud={cloud} onClose={() => setDeleting(false)} onDeleted={() => void navigate({ to: '/admin/clouds' })} />}
    </ObjectHeader>
  )
}

/** The way to what is in it and for it. */
function UsedBy({ cloud }: { cloud: string }) {
  const search = { filter: formatFilter([{ field: 'organization', operator: '=', value: cloud }]) }
  return (
    <>
      <Link to="/admin/accounts" search={search}>
        its accounts
      </Link>
      ,{' '}
      <Link to="/admin/account-rules" search={search}>
        its account rules
      </Link>
    </>
  )
}
