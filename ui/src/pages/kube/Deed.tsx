import type { ReactNode } from 'react'
import { kubeBase, type ClusterAddress } from '@/api/kubernetes'
import { Confirm } from '@/components/Confirm'
import { command } from '@/lib/quote'

/** A request of a cluster's own API. */
export interface KubeCall {
  method: 'DELETE' | 'PATCH'
  path: string
  body?: unknown
}

interface Props {
  title: string
  address: ClusterAddress
  /** What happens, a line each. */
  impact?: readonly string[]
  /** The word on the button. */
  action: string
  isDanger?: boolean
  /** What kubectl is called with to do the same. */
  kubectl: readonly string[]
  api: KubeCall
  onDo: () => void
  onClose: () => void
  isDoing: boolean
  error: unknown
  children?: ReactNode
}

/** Asks before something in a cluster is changed, and says what does the same. */
export function Deed({ address, impact = [], kubectl, api: { method, path, body }, onDo, isDoing, ...rest }: Props) {
  return (
    <Confirm
      {...rest}
      impact={impact}
      cli={command(['kore', 'exec', `${address.team}/${address.cluster}`, '--', 'kubectl', ...kubectl])}
      api={`${method} ${location.origin}${kubeBase(address)}${path}${body === undefined ? '' : `\n\n${JSON.stringify(body, null, 2)}`}`}
      onConfirm={onDo}
      isBusy={isDoing}
      errorTitle="It was not done"
    />
  )
}
