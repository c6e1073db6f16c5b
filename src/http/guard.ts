// One place decides who may call what. A route without a stated access does not start.

import type { FastifyInstance, FastifyRequest, FastifySchema } from 'fastify'
import { roleIn } from '../datasets/datasets.ts'
import type { Queryable } from '../db/database.ts'
import type { Access, Caller } from '../lib/caller.ts'
import { mayActAs } from '../lib/caller.ts'
import { problems } from '../lib/problems.ts'

const isApi = (url: string) => url.startsWith('/api/') && !url.startsWith('/api/v1/docs')

export interface Route {
  method: string
  /** With its parameters: /api/v1/dataset/:dataset_id */
  url: string
  access: Access
  schema: FastifySchema
}

/** The routes of the API as they are registered from here on; the list grows until the server is ready. */
export function listRoutes(server: FastifyInstance): readonly Route[] {
  const routes: Route[] = []
  server.addHook('onRoute', ({ method, url, config, schema = {} }) => {
    for (const name of [method].flat())
      if (name !== 'HEAD' && name !== 'OPTIONS')
        routes.push({ method: name, url, access: config?.access ?? 'public', schema })
  })
  return routes
}

/** `authenticate` throws notAuthenticated; it runs before the body is read. */
export function guardRoutes(
  server: FastifyInstance,
  db: Queryable,
  authenticate: (request: FastifyRequest) => Promise<Caller>,
): void {
  server.addHook('onRoute', route => {
    if (route.method === 'HEAD' || route.method === 'OPTIONS') return
    if (isApi(route.url) && !route.config?.access)
      throw new Error(`The route ${route.method} ${route.url} states no access (config.access).`)
  })

  server.addHook('onRequest', async request => {
    const { access = 'public' } = request.routeOptions.config
    if (access === 'public') return
    request.caller = await authenticate(request)
    if (access === 'admin' && !request.caller.isAdmin) throw problems.adminOnly()
  })

  // After validation, so that the path's UUID is one.
  server.addHook('preHandler', async request => {
    const { access = 'public' } = request.routeOptions.config
    if (access !== 'viewer' && access !== 'editor' && access !== 'owner') return
    const { dataset_id } = request.params as { dataset_id: string }
    const role = await roleIn(db, dataset_id, request.caller.userId)
    if (!role) throw problems.datasetNotFound()
    if (!mayActAs(role, access)) throw problems.roleTooLow(access)
  })
}
