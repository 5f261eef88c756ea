/** Channels of Kubernetes' remote command protocol; each message begins with the number of its own. */
export const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const
export const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io']

const encoder = new TextEncoder()

/** A message of a channel. */
export function frame(channel: number, data: string | Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = typeof data === 'string' ? encoder.encode(data) : data
  const message = new Uint8Array(bytes.length + 1)
  message[0] = channel
  message.set(bytes, 1)
  return message
}

export const resizeFrame = (columns: number, rows: number) => frame(CHANNEL.resize, JSON.stringify({ Width: columns, Height: rows }))

/** Says that nothing more is typed; only the fifth version knows it. */
export const endOfInput = () => frame(CHANNEL.close, new Uint8Array([CHANNEL.stdin]))

/** How a program ended. */
export interface Ending {
  /** Its exit code; null when it did not run or nobody knows. */
  code: number | null
  /** Why it is not known, or did not run. */
  message: string | null
}

interface RemoteStatus {
  status?: string
  message?: string
  details?: { causes?: { reason?: string; message?: string }[] }
}

/** What the error channel says at the end. */
export function ending(text: string): Ending {
  let status: RemoteStatus
  try {
    status = JSON.parse(text) as RemoteStatus
  } catch {
    return { code: null, message: text.trim() || null }
  }
  if (status.status === 'Success') return { code: 0, message: null }
  const code = status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message
  if (code !== undefined && /^\d+$/.test(code)) return { code: Number(code), message: null }
  return { code: null, message: status.message ?? 'The command could not be run.' }
}

/** What somebody makes of it. */
export function endingWords({ code, message }: Ending): string {
  if (message !== null && /no such file or directory|executable file not found/.test(message)) {
    return 'This container has no shell. An image without one can be looked into with kubectl debug.'
  }
  if (message !== null) return message
  if (code === null) return 'The session ended.'
  if (code === 0) return 'The shell ended (exit code 0).'
  const killed = code > 128 && code < 160 ? `: ended by signal ${code - 128}` : ''
  return `The shell ended with exit code ${code}${killed}.`
}
