import { api, ok } from '../client'
import { allQuery, itemQuery } from '../resource'

/** Every plan that somebody sees: for choosing one. */
export const planChoiceQuery = allQuery('Plan', null, (query, signal) => ok(api.GET('/api/v1/plans', { params: { query }, signal })))

/** Their versions, for what each means. */
export const versionChoiceQuery = allQuery('PlanVersion', null, (query, signal) => ok(api.GET('/api/v1/planversions', { params: { query }, signal })))

export const planQuery = (name: string) =>
  itemQuery('Plan', null, name, (signal) => ok(api.GET('/api/v1/plans/{name}', { params: { path: { name } }, signal })))
