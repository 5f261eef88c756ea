import { useEffect } from 'react'
import { person } from './state'
import { whoIsThere } from './whoami'

/** Between two looks. */
const PAUSE = 30_000

/** Another tab may have signed somebody else in: this page then begins anew, as theirs. */
export function useSamePerson(): void {
  useEffect(() => {
    let looked = Date.now()
    const look = async () => {
      if (Date.now() - looked < PAUSE) return
      looked = Date.now()
      const me = await whoIsThere()
      if (me && person.get() !== null && me.id !== person.get()) location.assign('/')
    }
    const listen = () => void look()
    window.addEventListener('focus', listen)
    return () => window.removeEventListener('focus', listen)
  }, [])
}
