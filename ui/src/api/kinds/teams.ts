import { api, match, ok, previewed, written } from '../client'
import { allQuery, itemQuery, listQuery } from '../resource'
import { API_VERSION, type ListParameters, type Schema, type Team } from '../types'

const list = (query: ListParameters, signal: AbortSignal) => ok(api.GET('/api/v1/teams', { params: { query }, signal }))

export const teamsQuery = (parameters: ListParameters) => listQuery('Team', null, parameters, list)
/** Every team that somebody sees, up to a limit: for choosing one. */
export const allTeamsQuery = allQuery('Team', null, list)
export const teamQuery = (team: string) =>
  itemQuery('Team', null, team, (signal) => ok(api.GET('/api/v1/teams/{team}', { params: { path: { team } }, signal })))

/** A team as it is sent. */
export function newTeam(name: string, spec: Schema<'TeamSpec'>): Team {
  return { apiVersion: API_VERSION, kind: 'Team', metadata: { name, generation: 0 }, spec }
}

export const createTeam = (team: Team, key: string) =>
  written(api.POST('/api/v1/teams', { params: { header: { 'Idempotency-Key': key } }, body: team }))

export const deleteTeam = (team: Team) =>
  written(
    api.DELETE('/api/v1/teams/{team}', { params: { path: { team: team.metadata.name }, header: match(team) } }),
  )

export const replaceTeam = (team: Team) =>
  written(
    api.PUT('/api/v1/teams/{team}', { params: { path: { team: team.metadata.name }, header: match(team) }, body: team }),
  )

/** What stands against deleting it: the server says what it still owns. */
export const previewTeamDeleted = (team: Team, signal?: AbortSignal) =>
  previewed(
    api.DELETE('/api/v1/teams/{team}', {
      params: { path: { team: team.metadata.name }, header: match(team), query: { dryRun: 'All' } },
      signal,
    }),
  )
