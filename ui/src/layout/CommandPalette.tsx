import { Modal, ModalBody } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useDeferredValue, useEffect, useState, type KeyboardEvent } from 'react'
import { teamsQuery } from '@/api/kinds/teams'
import { searchQuery } from '@/api/search'
import { Icon } from '@/components/Icon'
import { formatFilter } from '@/lib/filter'
import { useWhoAmI } from '@/session/whoami'
import { hitOffers, narrowed, staticOffers, type Offer } from './commands'
import { useArea } from './useArea'

/** Goes to any page or object, by typing what it is called. */
export function CommandPalette({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const navigate = useNavigate()
  const offers = useOffers(text, onHelp)
  const chosen = Math.min(at, offers.length - 1)

  const run = (offer: Offer | undefined) => {
    if (!offer) return
    onClose()
    offer.run?.()
    if (offer.path) void navigate({ to: offer.path })
  }
  const press = (event: KeyboardEvent) => {
    const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 }
    const move = moves[event.key]
    if (move !== undefined && offers.length > 0) {
      event.preventDefault()
      setAt((chosen + move + offers.length) % offers.length)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      run(offers[chosen])
    }
  }
  useEffect(() => {
    document.getElementById(`offer-${chosen}`)?.scrollIntoView({ block: 'nearest' })
  }, [chosen])

  return (
    <Modal isOpen variant="medium" position="top" onClose={onClose} aria-label="Search and commands" className="kore-palette" elementToFocus="#palette-input">
      <ModalBody>
        <div className="kore-palette-input">
          <Icon name="search" />
          <input
            id="palette-input"
            ref={atOnce}
            role="combobox"
            aria-label="Search or go to"
            aria-expanded="true"
            aria-controls="palette-list"
            aria-activedescendant={offers.length > 0 ? `offer-${chosen}` : undefined}
            placeholder="Search or go to…"
            autoComplete="off"
            spellCheck={false}
            value={text}
            onChange={(event) => {
              setText(event.target.value)
              setAt(0)
            }}
            onKeyDown={press}
          />
        </div>
        <ul id="palette-list" role="listbox" aria-label="What there is">
          {offers.map((offer, place) => (
            // The keyboard chooses in the field above.
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
            <li key={offer.id} id={`offer-${place}`} role="option" aria-selected={place === chosen} onClick={() => run(offer)} onMouseMove={() => setAt(place)}>
              <span>{offer.title}</span>
              <span className="kore-palette-kind">{offer.kind}</span>
            </li>
          ))}
        </ul>
        {offers.length === 0 && <p className="kore-hint">Nothing of this name.</p>}
      </ModalBody>
    </Modal>
  )
}

/** What is typed right after the shortcut is typed here. */
const atOnce = (field: HTMLInputElement | null) => field?.focus()

function useOffers(text: string, onHelp: () => void): Offer[] {
  const area = useArea()
  const { platformRole } = useWhoAmI()
  const wanted = useDeferredValue(text.trim())
  const filter = wanted === '' ? undefined : formatFilter([{ field: 'name', operator: '~', value: wanted }])
  const teams = useQuery(teamsQuery({ limit: '5', orderBy: 'name', filter }))
  const found = useQuery(searchQuery(wanted))
  const known = narrowed(staticOffers(area, Boolean(platformRole), onHelp), text)
  const some = (teams.data?.items ?? []).map(({ metadata: { name } }) => ({ id: `Team-${name}`, title: name, kind: 'Team', path: `/teams/${name}` }))
  const hits = hitOffers(wanted === '' ? [] : (found.data ?? []))
  const all = [...(wanted === '' ? known : known.slice(0, 8)), ...some, ...hits]
  return all.filter((offer, place) => all.findIndex(({ id }) => id === offer.id) === place).slice(0, 40)
}
