import { createStore, useStore } from './store'

/** What somebody likes, kept by the browser. Nothing here is secret. */
export interface Preferences {
  theme: 'system' | 'light' | 'dark'
  density: 'comfortable' | 'compact'
  zone: 'local' | 'utc'
  /** Whether single keys are shortcuts (WCAG 2.1.4: they can be turned off). */
  keys: boolean
  /** The team that was looked at last. */
  team: string | null
}

const KEY = 'kore.preferences'
const INITIAL: Preferences = { theme: 'system', density: 'comfortable', zone: 'local', keys: true, team: null }

/** Preferences as they are stored; whatever is not understood counts as not said. */
export function readPreferences(text: string | null): Preferences {
  let stored: unknown = null
  try {
    stored = JSON.parse(text ?? 'null')
  } catch {
    return INITIAL
  }
  if (typeof stored !== 'object' || stored === null) return INITIAL
  const given = stored as Record<string, unknown>
  const one = <T>(name: string, allowed: readonly T[], otherwise: T): T =>
    allowed.find((value) => value === given[name]) ?? otherwise
  return {
    theme: one('theme', ['system', 'light', 'dark'] as const, INITIAL.theme),
    density: one('density', ['comfortable', 'compact'] as const, INITIAL.density),
    zone: one('zone', ['local', 'utc'] as const, INITIAL.zone),
    keys: given.keys !== false,
    team: typeof given.team === 'string' ? given.team : null,
  }
}

const stored = (): string | null => {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

const store = createStore<Preferences>(typeof localStorage === 'undefined' ? INITIAL : readPreferences(stored()))
const dark = typeof matchMedia === 'undefined' ? null : matchMedia('(prefers-color-scheme: dark)')

export const preferences = (): Preferences => store.get()
export const usePreferences = (): Preferences => useStore(store)

export function setPreferences(change: Partial<Preferences>): void {
  store.set({ ...store.get(), ...change })
  try {
    localStorage.setItem(KEY, JSON.stringify(store.get()))
  } catch {
    // A browser that keeps nothing: they hold until the page is closed.
  }
}

/** Puts theme and density on the document, now and whenever they change. */
export function followPreferences(): void {
  const apply = () => {
    const { theme, density } = store.get()
    const root = document.documentElement
    const isDark = theme === 'dark' || (theme === 'system' && dark?.matches === true)
    root.classList.toggle('pf-v6-theme-dark', isDark)
    root.classList.toggle('kore-compact', density === 'compact')
  }
  apply()
  store.subscribe(apply)
  dark?.addEventListener('change', apply)
  window.addEventListener('storage', (event) => {
    if (event.key === KEY) store.set(readPreferences(event.newValue))
  })
}
