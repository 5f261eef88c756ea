import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core'
import { useId, useState, type ReactNode } from 'react'
import { exported } from '@/api/kinds/clusters'
import type { Cluster } from '@/api/types'
import { ActionButton } from '@/components/ActionButton'
import { Equivalents } from '@/components/Equivalents'
import { BlockerList, BlockerSummary } from '../form/Blockers'
import { editLine } from '../form/lines'
import { PreviewColumn } from '@/components/preview/PreviewColumn'
import { useChange } from './useChange'
import '../form/form.css'

interface Props {
  title: string
  /** The word on the button, as "Scale pool". */
  action: string
  cluster: Cluster
  to: Cluster | null
  /** The command that does the same, when there is a better one than `kore cluster edit`. */
  cli?: string
  onClose: () => void
  /** The id of what gets focus. */
  focus?: string
  /** What is asked, or said, before the preview. */
  children?: ReactNode
}

/** One change of a cluster: what it would do, and the yes to it. */
export function ConfirmChange({ title, action, cluster, to, cli, onClose, focus, children }: Props) {
  const [asked, setAsked] = useState(0)
  const titleId = useId()
  const { previewed, blockers, apply, isNothing } = useChange({ from: cluster, to, onWritten: onClose, onRefused: () => setAsked((now) => now + 1) })
  const { team = '', name, resourceVersion } = cluster.metadata
  const body = to ?? exported(cluster)
  const submit = () => (to === null || blockers.length > 0 ? setAsked((now) => now + 1) : apply.mutate(to))
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby={titleId} elementToFocus={focus && `[id="${focus}"]`}>
      <ModalHeader title={title} labelId={titleId} />
      <ModalBody>
        <form
          id={`${titleId}-form`}
          className="kore-stack"
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            submit()
          }}
        >
          <BlockerSummary title="It was not changed: this stands in the way" blockers={blockers} asked={asked} />
          {children}
          <PreviewColumn title="What it would do" previewed={previewed} nothing="">
            {isNothing && <p>Nothing changes by it.</p>}
            {blockers.length > 0 && (
              <div className="kore-standing">
                <BlockerList blockers={blockers} />
              </div>
            )}
          </PreviewColumn>
        </form>
        <Equivalents
          cli={cli ?? editLine(exported(cluster), body)}
          yaml={body}
          api={{ method: 'PUT', path: `/api/v1/teams/${team ?? ''}/clusters/${name}`, body, ifMatch: `"${resourceVersion ?? ''}"` }}
        />
      </ModalBody>
      <ModalFooter>
        <ActionButton
          type="submit"
          form={`${titleId}-form`}
          permission="cluster.update"
          team={team ?? undefined}
          cluster={name}
          isLoading={apply.isPending}
          blocked={isNothing ? 'Nothing changes by it.' : null}
        >
          {action}
        </ActionButton>
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  )
}
