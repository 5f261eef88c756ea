import { api, match, ok, written } from '../client'
import { listQuery } from '../resource'
import { API_VERSION, type ListParameters, type Schema } from '../types'

export type Membership = Schema<'Membership'>
export type Invitation = Schema<'Invitation'>
export type TeamRole = Schema<'TeamRole'>

export const membershipsQuery = (team: string, parameters: ListParameters) =>
  listQuery<Membership>('Membership', team, parameters, (query, signal) =>
    ok(api.GET('/api/v1/teams/{team}/memberships', { params: { path: { team }, query }, signal })),
  )

export const newMembership = (team: string, user: string, role: TeamRole): Membership => ({
  apiVersion: API_VERSION,
  kind: 'Membership',
  metadata: { name: user, team, generation: 0 },
  spec: { role },
})

export const addMember = (membership: Membership, key: string) =>
  written(
    api.POST('/api/v1/teams/{team}/memberships', {
      params: { path: { team: membership.metadata.team ?? '' }, header: { 'Idempotency-Key': key } },
      body: membership,
    }),
  )

const pathOf = ({ metadata: { team, name } }: Membership | Invitation) => ({ team: team ?? '', name })

export const changeRole = (membership: Membership, role: TeamRole) =>
  written(
    api.PUT('/api/v1/teams/{team}/memberships/{name}', {
      params: { path: pathOf(membership), header: match(membership) },
      body: { ...membership, spec: { role } },
    }),
  )

export const removeMember = (membership: Membership) =>
  written(
    api.DELETE('/api/v1/teams/{team}/memberships/{name}', {
      params: { path: pathOf(membership), header: match(membership) },
    }),
  )

export const invitationsQuery = (team: string, parameters: ListParameters) =>
  listQuery<Invitation>('Invitation', team, parameters, (query, signal) =>
    ok(api.GET('/api/v1/teams/{team}/invitations', { params: { path: { team }, query }, signal })),
  )

/** An invitation as it is sent; the server gives it its name. */
export const newInvitation = (team: string, spec: Schema<'InvitationSpec'>): Invitation => ({
  apiVersion: API_VERSION,
  kind: 'Invitation',
  metadata: { name: '', team, generation: 0 },
  spec,
})

/** The answer has the link, and only this one does. */
export const invite = (invitation: Invitation, key: string) =>
  written(
    api.POST('/api/v1/teams/{team}/invitations', {
      params: { path: { team: invitation.metadata.team ?? '' }, header: { 'Idempotency-Key': key } },
      body: invitation,
    }),
  )

/** Whoever uses it at this moment does not keep it alive. */
export const revokeInvitation = (invitation: Invitation) =>
  written(
    api.DELETE('/api/v1/teams/{team}/invitations/{name}', {
      params: { path: pathOf(invitation), header: { 'If-Match': '*' } },
    }),
  )
