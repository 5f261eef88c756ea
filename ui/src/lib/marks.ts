import type { WhoAmI } from '@/api/types'

/** How people call a cloud. */
const NAMES: Record<string, string> = { aws: 'AWS' }

/** What an installation is marked with that whoever uses it has to know, and what that means. */
export function marks({ rehearsal = [], evaluation = [] }: Pick<WhoAmI, 'rehearsal' | 'evaluation'>) {
  const named = (clouds: readonly string[]) => clouds.map((cloud) => NAMES[cloud] ?? cloud).join(', ')
  return [
    { name: 'Rehearsal', clouds: rehearsal, means: 'is a stand-in on this machine; nothing here is real.' },
    { name: 'Evaluation', clouds: evaluation, means: 'is reached by a stored access key; nothing that matters belongs here.' },
  ]
    .filter(({ clouds }) => clouds.length > 0)
    .map(({ name, clouds, means }) => ({ name, text: `${name}: ${named(clouds)} ${means}` }))
}
