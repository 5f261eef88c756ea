import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef } from 'react'
import { useStore } from '@/lib/store'
import { wakeLive } from '@/live/client'
import { ended, giveUp, goOn, person } from './state'
import { useSamePerson } from './useSamePerson'
import { signInPath, whoIsThere } from './whoami'

/** What pages say to each other when somebody has signed in. */
export const SESSION_CHANNEL = 'kore-session'

/** Stands over the page when the session has ended; whatever is typed below it stays. */
export function SessionDialog() {
  const isEnded = useStore(ended)
  useSamePerson()
  return isEnded ? <Ended /> : null
}

function Ended() {
  const client = useQueryClient()
  const popup = useRef<Window | null>(null)

  const look = useCallback(async () => {
    const me = await whoIsThere()
    if (!me) return
    popup.current?.close()
    // Somebody else's page is not to be shown, nor what was typed there sent in their name.
    if (person.get() !== null && me.id !== person.get()) return location.assign('/')
    goOn()
    wakeLive()
    await client.invalidateQueries()
  }, [client])

  useEffect(() => {
    const channel = new BroadcastChannel(SESSION_CHANNEL)
    const listen = () => void look()
    channel.addEventListener('message', listen)
    window.addEventListener('focus', listen)
    const timer = setInterval(() => {
      if (popup.current && !popup.current.closed) void look()
    }, 3000)
    return () => {
      channel.close()
      window.removeEventListener('focus', listen)
      clearInterval(timer)
    }
  }, [look])

  const open = () => {
    // A name, so that there is one window however often the button is pressed.
    popup.current = window.open(signInPath('/signed-in'), 'kore-sign-in', 'popup,width=520,height=720')
    popup.current?.focus()
  }

  return (
    <Modal isOpen variant="small" aria-labelledby="session-title" aria-describedby="session-text" onClose={giveUp}>
      <ModalHeader title="Your session has ended" labelId="session-title" />
      <ModalBody id="session-text">
        Sign in again and this page goes on where it was. Nothing that you typed is lost.
      </ModalBody>
      <ModalFooter>
        <Button onClick={open}>Sign in</Button>
        <Button variant="link" onClick={giveUp}>
          Not now
        </Button>
      </ModalFooter>
    </Modal>
  )
}
