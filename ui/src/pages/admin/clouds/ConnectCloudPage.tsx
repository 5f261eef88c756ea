import { permissionsQuery } from '@/api/kinds/clouds'
import { Loaded } from '@/components/Loaded'
import { PageFrame } from '@/components/PageFrame'
import { Permitted } from '@/components/Permitted'
import { CloudForm } from './CloudForm'
import { Needed } from './Needed'
import './clouds.css'

const CRUMBS = [{ text: 'Clouds', to: '/admin/clouds' }] as const

/** What a cloud team has to allow first, then where the organisation is. */
export const ConnectCloudPage = () => (
  <PageFrame title="Connect AWS" crumbs={CRUMBS} lead="First your cloud team makes the roles that Kore takes; then you say where the organisation is. No key of AWS is ever asked for.">
    <Permitted permission="cloud.write">
      <div className="kore-stack">
        <Loaded query={permissionsQuery('aws')} what="permissions">
          {(permissions) => <Needed permissions={permissions} />}
        </Loaded>
        <section className="kore-card" aria-labelledby="where">
          <h2 id="where">2. Where the organisation is</h2>
          <CloudForm />
        </section>
      </div>
    </Permitted>
  </PageFrame>
)
