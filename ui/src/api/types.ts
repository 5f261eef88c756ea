import type { components } from './schema'

/** The schemas of the API by name: `Schema<'Cluster'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]

export type Cluster = Schema<'Cluster'>
export type Condition = Schema<'io.k8s.apimachinery.pkg.apis.meta.v1.Condition'>
export type Failure = Schema<'Failure'>
export type Metadata = Schema<'Metadata'>
export type Operation = Schema<'Operation'>
export type Owner = Schema<'Owner'>
export type Preview = Schema<'Preview'>
export type Problem = Schema<'Problem'>
export type Step = Schema<'Step'>
export type Team = Schema<'Team'>
export type WhoAmI = Schema<'WhoAmI'>

/** What most objects have. */
export interface Enveloped {
  metadata: Metadata
}

/** A page of a list. */
export interface Page<T> {
  metadata: Schema<'ListMeta'>
  items: T[]
}

/** What is asked of a list. */
export interface ListParameters {
  limit?: string
  continue?: string
  filter?: string
  orderBy?: string
  labelSelector?: string
}

/** The version string that all objects of the API bear. */
export const API_VERSION = 'kore.internal/v1alpha1' as const
