import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { previewReplace, replaceCluster } from '@/api/kinds/clusters'
import { keys } from '@/api/resource'
import type { Cluster } from '@/api/types'
import { previewBlockers } from '../form/blockers'
import { usePreview } from '@/components/preview/usePreview'

interface Wanted {
  /** The cluster as it was read: what is written replaces that, and nothing newer. */
  from: Cluster
  /** The cluster as it shall be; nothing while that is not known. */
  to: Cluster | null
  /** After a write that begins no operation; where there is one, its page comes next. */
  onWritten?: (object: Cluster) => void
  /** When it was refused. */
  onRefused?: () => void
}

/** A change of a cluster: what it would do, what stands in its way, and the doing of what was looked at. */
export function useChange({ from, to, onWritten, onRefused }: Wanted) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { name, team, generation } = from.metadata
  const previewed = usePreview({
    of: ['change', team ?? '', name, generation ?? 0],
    body: to,
    ask: (body, signal) => previewReplace(from, body, signal),
  })
  const apply = useMutation({
    mutationFn: async (body: Cluster) => {
      const { preview, error } = previewed.isFresh ? previewed : await previewed.again()
      if (error || !preview || (preview.problems ?? []).length > 0) return null
      return replaceCluster(from, body, preview.digest)
    },
    onSuccess: async (written) => {
      if (!written) return onRefused?.()
      await client.invalidateQueries({ queryKey: keys.kind('Cluster') })
      const { object, operation } = written
      // While it is paused nothing begins.
      if (operation && !object.spec.paused) await navigate({ to: '/operations/$operation', params: { operation } })
      else onWritten?.(object)
    },
    onError: () => {
      onRefused?.()
      void previewed.again()
    },
  })
  const blockers = [
    ...(to === null ? [] : previewBlockers(previewed.preview, previewed.error)),
    ...(apply.error && previewed.isFresh ? previewBlockers(undefined, apply.error) : []),
  ].filter((one, index, all) => all.findIndex(({ pointer, text }) => pointer === one.pointer && text === one.text) === index)
  const { preview } = previewed
  const isNothing = previewed.isFresh && preview !== undefined && preview.changes.length === 0 && preview.actions.length === 0 && blockers.length === 0
  return { previewed, blockers, apply, isNothing }
}
