/** The team whose clusters stand behind those of clouds that are rehearsed. */
const TEAM = 'rehearsal'

/** Whether a team is Kore's own affair. */
export const isBehind = (team: string | null | undefined, clouds: readonly string[] = []): boolean => team === TEAM && clouds.length > 0

/** What is said of a cluster that stands behind another; null of every other. */
export function behindText(team: string, annotations: Readonly<Record<string, string>> | undefined, clouds?: readonly string[]): string | null {
  if (!isBehind(team, clouds)) return null
  return `It ${annotations?.['kore.internal/description'] ?? 'stands behind a cluster of the rehearsed cloud'}. Leave it to Kore.`
}
