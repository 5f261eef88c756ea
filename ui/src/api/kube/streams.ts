/**
 * How many answers a page may keep open at a time. Browsers give an origin six connections for all their tabs
 * where the server speaks HTTP/1.1; what finds none open would wait for ever. With HTTP/2 they share one.
 */
const ALONE = 3
const SHARED = 40

let open = 0

function multiplexed(): boolean {
  const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  return entry !== undefined && /^h[23]/.test(entry.nextHopProtocol)
}

/** Takes a place for a stream, and answers with how to give it back; null when there is none. */
export function takeStream(isNeeded = false): (() => void) | null {
  if (!isNeeded && open >= (multiplexed() ? SHARED : ALONE)) return null
  open += 1
  let given = false
  return () => {
    if (!given) open -= 1
    given = true
  }
}
