import type { NamespaceSpec } from '@/api/kinds/namespaces'
import type { Schema } from '@/api/types'

/** The openings of a namespace, with every default said. */
export interface Openings {
  dns: boolean
  sameNamespace: boolean
  ingress: boolean
  internet: boolean
  from: string[]
  to: string[]
}

export function openingsOf(network: Schema<'Network'> | undefined): Openings {
  return {
    dns: network?.dns ?? true,
    sameNamespace: network?.sameNamespace ?? true,
    ingress: network?.ingress ?? false,
    internet: network?.internet ?? false,
    from: network?.fromNamespaces ?? [],
    to: network?.toNamespaces ?? [],
  }
}

/** The words of the command line: `dns, same-namespace, from=shop`. */
export function openingWords(open: Openings): string[] {
  return [
    ...(open.dns ? ['dns'] : []),
    ...(open.sameNamespace ? ['same-namespace'] : []),
    ...(open.ingress ? ['ingress'] : []),
    ...(open.internet ? ['internet'] : []),
    ...open.from.map((name) => `from=${name}`),
    ...open.to.map((name) => `to=${name}`),
  ]
}

/** What `--open` and `--close` have to say to come from one to the other. */
export function openingChanges(before: Openings, after: Openings): { open: string[]; close: string[] } {
  const [was, is] = [openingWords(before), openingWords(after)]
  return { open: is.filter((word) => !was.includes(word)), close: was.filter((word) => !is.includes(word)) }
}

/** A thing that is open or closed, in a sentence. */
export interface Explained {
  isOpen: boolean
  word: string
  text: string
}

/** Everything that can be open, and whether it is, for people. */
export function explained({ name, network }: Pick<NamespaceSpec, 'name' | 'network'>): Explained[] {
  const open = openingsOf(network)
  return [
    {
      isOpen: open.dns, word: 'Name service',
      text: open.dns ? 'Its pods ask the cluster’s name service.' : 'Its pods cannot look up names; they reach what they know the address of.',
    },
    {
      isOpen: open.sameNamespace, word: 'Same namespace',
      text: open.sameNamespace ? 'Its pods talk to each other.' : 'Its pods do not reach each other.',
    },
    {
      isOpen: open.ingress, word: 'Ingress',
      text: open.ingress ? 'The cluster’s ingress, in kore-ingress, reaches its pods.' : 'Nothing comes in through the cluster’s ingress.',
    },
    {
      isOpen: open.internet, word: 'Internet',
      text: open.internet
        ? 'Its pods reach public addresses; private and link-local ones stay closed.'
        : 'Its pods reach no address outside of the cluster.',
    },
    {
      isOpen: open.from.length > 0, word: 'From namespaces',
      text: open.from.length > 0 ? `Pods of ${open.from.join(', ')} reach its pods.` : 'No other namespace reaches its pods.',
    },
    {
      isOpen: open.to.length > 0, word: 'To namespaces',
      text: open.to.length > 0
        ? `Its pods reach those of ${open.to.join(', ')}, where ${name} is let in.`
        : 'Its pods reach those of no other namespace.',
    },
  ]
}
