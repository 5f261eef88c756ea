import { person, signedInAgain, signIns } from './state'

/**
 * `fetch` that outlives a session: what is refused with 401 waits for the next sign-in and is then sent again.
 * A refused request did nothing, so sending it again is harmless.
 */
export async function sessionFetch(request: Request): Promise<Response> {
  for (;;) {
    const before = signIns()
    const response = await fetch(request.clone())
    if (response.status !== 401 || person.get() === null) return response
    // Sent in the session that had ended, answered in the one after it.
    if (before !== signIns()) continue
    if (!(await signedInAgain(request.signal))) return response
  }
}
