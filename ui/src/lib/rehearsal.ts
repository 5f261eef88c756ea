/** How people call a cloud. */
const NAMES: Record<string, string> = { aws: 'AWS' }

/** What is said of clouds that are rehearsed; null when none is. */
export function rehearsalText(clouds: readonly string[] = []): string | null {
  const names = clouds.map((cloud) => NAMES[cloud] ?? cloud)
  return names.length === 0 ? null : `Rehearsal: ${names.join(', ')} is a stand-in on this machine; nothing here is real.`
}
