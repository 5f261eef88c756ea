import type { Elevation } from '@/api/kinds/elevations'
import type { Status } from '@/lib/status'

/** How far a request has come. */
export function elevationStatus({ status }: Elevation): Status {
  const by = status?.decidedBy?.replace(/^user:/, '')
  switch (status?.state) {
    case 'active':
      return { tone: 'ok', text: 'Active', message: by ? `Approved by ${by}.` : 'It needed nobody’s approval.' }
    case 'refused':
      return { tone: 'bad', text: 'Refused', message: by ? `Refused by ${by}.` : null }
    case 'expired':
      return { tone: 'off', text: 'Over', message: 'Its time was over.' }
    case 'ended':
      return { tone: 'off', text: 'Ended', message: by ? `Ended early by ${by}.` : null }
    default:
      return { tone: 'warn', text: 'Waiting', message: 'Somebody else has to approve it.' }
  }
}

/** Whether it still can come to something, or is of use. */
export const isOpen = ({ status }: Elevation): boolean => status?.state === 'requested' || status?.state === 'active'
