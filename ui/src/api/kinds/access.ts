import { api, ok } from '../client'
import type { Query } from '../resource'
import type { Schema } from '../types'

export type Holding = Schema<'Holding'>
export type Holder = Schema<'Holder'>

const follows = { follows: ['Membership', 'RoleBinding', 'Elevation', 'User', 'Role', 'IdentityProvider'] }

/** What somebody holds: `user:NAME` or `robot:TEAM/NAME`; oneself, when nobody is named. */
export const holdingsQuery = (subject: string | null): Query<Schema<'WhatMay'>> => ({
  queryKey: ['Holdings', subject],
  queryFn: ({ signal }) => ok(api.GET('/api/v1/access/holdings', { params: { query: subject === null ? {} : { subject } }, signal })),
  meta: follows,
})

/** Where something would be done; nothing means the platform. */
export interface Place {
  team?: string
  cluster?: string
  namespace?: string
}

/** Who may do something. */
export const subjectsQuery = (permission: string, place: Place): Query<Schema<'WhoMay'>> => ({
  queryKey: ['Subjects', permission, place],
  queryFn: ({ signal }) => ok(api.GET('/api/v1/access/subjects', { params: { query: { permission, ...place } }, signal })),
  meta: follows,
})

/** Whether somebody may do something, and by what or why not. */
export const reviewQuery = (subject: string, permission: string, place: Place): Query<Schema<'AccessReview'>> => ({
  queryKey: ['Review', subject, permission, place],
  queryFn: ({ signal }) =>
    ok(api.GET('/api/v1/access/review', { params: { query: { subject, permission, ...place } }, signal })),
  meta: follows,
})
