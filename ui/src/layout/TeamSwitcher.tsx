import { Divider, Menu, MenuContainer, MenuContent, MenuItem, MenuList, MenuSearch, MenuSearchInput, MenuToggle, SearchInput } from '@patternfly/react-core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useDeferredValue, useRef, useState } from 'react'
import { teamsQuery } from '@/api/kinds/teams'
import { Icon } from '@/components/Icon'
import { formatFilter } from '@/lib/filter'
import { useWhoAmI } from '@/session/whoami'
import { useArea } from './useArea'

const PLATFORM = '/platform'

/** Between the platform and teams, and from team to team. The server searches: there may be thousands. */
export function TeamSwitcher() {
  const area = useArea()
  const me = useWhoAmI()
  const navigate = useNavigate()
  const [isOpen, setOpen] = useState(false)
  const [text, setText] = useState('')
  const wanted = useDeferredValue(text.trim())
  const filter = wanted === '' ? undefined : formatFilter([{ field: 'name', operator: '~', value: wanted }])
  const { data } = useQuery({
    ...teamsQuery({ limit: '20', orderBy: 'name', filter }),
    enabled: isOpen,
    placeholderData: keepPreviousData,
  })
  const [toggle, menu] = [useRef<HTMLButtonElement>(null), useRef<HTMLDivElement>(null)]
  const current = area.kind === 'team' ? area.team : area.kind === 'platform' ? 'Platform' : 'No team'

  const choose = (value: unknown) => {
    setOpen(false)
    setText('')
    if (value === PLATFORM) void navigate({ to: '/admin' })
    else void navigate({ to: '/teams/$team', params: { team: String(value) } })
  }

  return (
    <MenuContainer
      isOpen={isOpen}
      onOpenChange={setOpen}
      toggleRef={toggle}
      menuRef={menu}
      toggle={
        <MenuToggle ref={toggle} isExpanded={isOpen} onClick={() => setOpen(!isOpen)} className="kore-switcher" aria-label={`Team: ${current}`}>
          <Icon name={area.kind === 'platform' ? 'overview' : 'teams'} />
          <span>{current}</span>
        </MenuToggle>
      }
      menu={
        <Menu ref={menu} isScrollable onSelect={(_, value) => choose(value)} activeItemId={area.kind === 'team' ? area.team : PLATFORM}>
          <MenuSearch>
            <MenuSearchInput>
              <SearchInput aria-label="Find a team" placeholder="Find a team" value={text} onChange={(_, next) => setText(next)} onClear={() => setText('')} />
            </MenuSearchInput>
          </MenuSearch>
          <Divider />
          <MenuContent>
            <MenuList>
              {me.platformRole && wanted === '' && <MenuItem itemId={PLATFORM}>Platform</MenuItem>}
              {data?.items.map(({ metadata: { name }, spec }) => (
                <MenuItem key={name} itemId={name} description={spec.displayName ?? undefined}>
                  {name}
                </MenuItem>
              ))}
              {data?.items.length === 0 && <MenuItem isDisabled>No team of this name</MenuItem>}
            </MenuList>
          </MenuContent>
        </Menu>
      }
    />
  )
}
