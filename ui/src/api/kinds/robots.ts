import { api, match, ok, written } from '../client'
import { itemQuery, listQuery, type Query } from '../resource'
import { API_VERSION, type ListParameters, type Schema } from '../types'

export type Robot = Schema<'Robot'>
export type TrustRule = Schema<'TrustRule'>
export type Token = Schema<'Token'>
export type NewToken = Schema<'NewToken'>
export type TrustedIssuer = Schema<'TrustedIssuer'>

export const robotsQuery = (team: string, parameters: ListParameters) =>
  listQuery<Robot>('Robot', team, parameters, (query, signal) =>
    ok(api.GET('/api/v1/teams/{team}/robots', { params: { path: { team }, query }, signal })),
  )

export const robotQuery = (team: string, name: string) =>
  itemQuery('Robot', team, name, (signal) =>
    ok(api.GET('/api/v1/teams/{team}/robots/{name}', { params: { path: { team, name } }, signal })),
  )

export const newRobot = (team: string, name: string, spec: Partial<Schema<'RobotSpec'>>): Robot => ({
  apiVersion: API_VERSION,
  kind: 'Robot',
  metadata: { name, team, generation: 0 },
  spec: { disabled: false, ...spec },
})

const pathOf = ({ metadata: { team, name } }: Robot) => ({ team: team ?? '', name })

export const createRobot = (robot: Robot, key: string) =>
  written(
    api.POST('/api/v1/teams/{team}/robots', {
      params: { path: { team: robot.metadata.team ?? '' }, header: { 'Idempotency-Key': key } },
      body: robot,
    }),
  )

export const replaceRobot = (robot: Robot) =>
  written(
    api.PUT('/api/v1/teams/{team}/robots/{name}', { params: { path: pathOf(robot), header: match(robot) }, body: robot }),
  )

export const deleteRobot = (robot: Robot) =>
  written(api.DELETE('/api/v1/teams/{team}/robots/{name}', { params: { path: pathOf(robot), header: match(robot) } }))

/** Its static tokens, of which there are two at most. */
export const robotTokensQuery = (team: string, name: string): Query<Token[]> => ({
  queryKey: ['RobotToken', 'all', team, name],
  queryFn: async ({ signal }) =>
    (await ok(api.GET('/api/v1/teams/{team}/robots/{name}/tokens', { params: { path: { team, name } }, signal }))).items,
})

/** The answer has the token, and only this one does. */
export const createToken = (team: string, name: string, body: Schema<'TokenRequest'>) =>
  ok(api.POST('/api/v1/teams/{team}/robots/{name}/tokens', { params: { path: { team, name } }, body }))

export const revokeToken = (team: string, name: string, id: string) =>
  ok(api.DELETE('/api/v1/teams/{team}/robots/{name}/tokens/{id}', { params: { path: { team, name, id } } }))

/** Issuers that administrators added; GitHub's and GitLab's own are trusted without one. */
export const issuersQuery: Query<TrustedIssuer[]> = {
  queryKey: ['TrustedIssuer', 'all', null],
  queryFn: async ({ signal }) =>
    (await ok(api.GET('/api/v1/trustedissuers', { params: { query: { limit: '200' } }, signal }))).items,
}
