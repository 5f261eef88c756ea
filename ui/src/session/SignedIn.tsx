import { useEffect } from 'react'
import { SESSION_CHANNEL } from './SessionDialog'

/** Where the sign-in window ends: tells the page that waits, and closes. */
export function SignedIn() {
  useEffect(() => {
    const channel = new BroadcastChannel(SESSION_CHANNEL)
    channel.postMessage('signed-in')
    channel.close()
    window.close()
  }, [])
  return <p className="kore-plain">You are signed in. You can close this window.</p>
}
