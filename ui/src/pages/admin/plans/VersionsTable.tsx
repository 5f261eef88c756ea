import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Plan, PlanVersion } from '@/api/kinds/plans'
import { ActionItem } from '@/components/ActionButton'
import { ActionMenu } from '@/components/ActionMenu'
import { Empty } from '@/components/states'
import { StatusLabel } from '@/components/StatusLabel'
import { Time } from '@/components/Time'
import { DeleteDraft } from './DeleteDraft'
import { MakeCurrent } from './MakeCurrent'
import { PublishDraft } from './PublishDraft'
import { StageDialog } from './StageDialog'
import { stageStatus } from './words'

type Dialog = { kind: 'publish' | 'deprecate' | 'retire' | 'current' | 'delete'; version: PlanVersion }

/** Versions of a plan, the newest first. */
export function VersionsTable({ plan, versions, shown }: { plan: Plan; versions: readonly PlanVersion[]; shown: number | undefined }) {
  const navigate = useNavigate()
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const { name } = plan.metadata
  const current = plan.spec.currentVersion
  const close = () => setDialog(null)
  if (versions.length === 0) {
    return (
      <Empty title="No version yet" cli={`kore plan draft ${name} --nodes 1`}>
        A version says every parameter of the plan. It begins as a draft.
      </Empty>
    )
  }
  return (
    <div className="kore-table">
      <Table aria-label="Versions" variant="compact" gridBreakPoint="grid-md">
        <Thead>
          <Tr>
            <Th>Version</Th>
            <Th>Stage</Th>
            <Th>Since</Th>
            <Th>Clusters</Th>
            <Th>Notes</Th>
            <Th screenReaderText="Actions" />
          </Tr>
        </Thead>
        <Tbody>
          {versions.map((version) => {
            const { spec, status } = version
            const isDraft = spec.stage === 'draft'
            const isCurrent = spec.version === current
            const set = (kind: Dialog['kind']) => () => setDialog({ kind, version })
            return (
              <Tr key={spec.version} isRowSelected={spec.version === shown}>
                <Td dataLabel="Version">
                  <span className="kore-row">
                    <Link to="/admin/plans/$plan" params={{ plan: name }} search={{ version: spec.version }} aria-current={spec.version === shown ? 'true' : undefined}>
                      v{spec.version}
                    </Link>
                    {isCurrent && <span className="kore-tag">current</span>}
                  </span>
                </Td>
                <Td dataLabel="Stage">
                  <StatusLabel status={stageStatus(spec.stage, spec.stageReason)} />
                </Td>
                <Td dataLabel="Since">
                  <Time at={spec.stageSince} />
                </Td>
                <Td dataLabel="Clusters">
                  {status?.usedBy ? <Link to="/admin/clusters" search={{ filter: `plan=${name},planVersion=${spec.version}` }}>{status.usedBy}</Link> : 0}
                </Td>
                <Td dataLabel="Notes">{spec.stageReason ?? spec.notes ?? '–'}</Td>
                <Td isActionCell>
                  <ActionMenu label={`Actions of version ${spec.version}`}>
                    {isDraft && (
                      <ActionItem permission="plan.write" onClick={set('publish')}>
                        Publish…
                      </ActionItem>
                    )}
                    <ActionItem
                      permission="plan.read"
                      blocked={versions.length < 2 ? 'There is no other version to compare with.' : null}
                      onClick={() => {
                        const other = isCurrent || !current ? (versions.find((one) => one !== version)?.spec.version ?? spec.version) : current
                        void navigate({ to: '/admin/plans/$plan/compare', params: { plan: name }, search: { from: Math.min(other, spec.version), to: Math.max(other, spec.version) } })
                      }}
                    >
                      Compare…
                    </ActionItem>
                    {!isDraft && (
                      <ActionItem
                        permission="plan.write"
                        blocked={isCurrent ? 'It is the current one.' : spec.stage === 'retired' ? 'It is retired: no cluster comes to it.' : null}
                        onClick={set('current')}
                      >
                        Make current…
                      </ActionItem>
                    )}
                    {!isDraft && (
                      <ActionItem permission="plan.write" blocked={spec.stage === 'published' ? null : `It is ${spec.stage} already: stages go forward only.`} onClick={set('deprecate')}>
                        Deprecate…
                      </ActionItem>
                    )}
                    {!isDraft && (
                      <ActionItem permission="plan.write" blocked={isCurrent ? 'New clusters get it: make another version current first.' : spec.stage === 'retired' ? 'It is retired already.' : null} onClick={set('retire')}>
                        Retire…
                      </ActionItem>
                    )}
                    {isDraft && (
                      <ActionItem permission="plan.write" isDanger onClick={set('delete')}>
                        Delete draft…
                      </ActionItem>
                    )}
                  </ActionMenu>
                </Td>
              </Tr>
            )
          })}
        </Tbody>
      </Table>
      {dialog?.kind === 'publish' && <PublishDraft plan={plan} draft={dialog.version} onClose={close} />}
      {dialog?.kind === 'current' && <MakeCurrent plan={plan} version={dialog.version} onClose={close} />}
      {dialog?.kind === 'delete' && <DeleteDraft draft={dialog.version} onClose={close} />}
      {(dialog?.kind === 'deprecate' || dialog?.kind === 'retire') && <StageDialog kind={dialog.kind} version={dialog.version} onClose={close} />}
    </div>
  )
}
