const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

/** For whom an account is made, and whether by hand. */
export interface NewAccountSearch {
  team?: string
  stage?: string
  by?: 'hand'
}

export const newAccountSearch = (given: Record<string, unknown>): NewAccountSearch => ({
  team: text(given.team),
  stage: text(given.stage),
  by: given.by === 'hand' ? 'hand' : undefined,
})
