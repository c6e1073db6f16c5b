// Prometheus reads this. Ids of views and datasets are in it, so it is for administrators, and for the setup key, which
// does not expire as tokens do.
import type { Database } from '../db/database.ts'
import type { Metrics } from '../lib/metrics.ts'
import { slowestViews } from '../monitoring/view-costs.ts'
import type { Server } from './server.ts'

/** Each is a time series of its own. */
const shownViews = 10

export function metricsRoutes(server: Server, db: Database, { registry, slowestViewMs }: Metrics): void {
  server.get(
    '/metrics',
    {
      config: { access: 'admin', setupKey: true },
      schema: {
        tags: ['Health'],
        summary: 'Counters and timings in the text form of Prometheus',
        produces: ['text/plain'],
      },
    },
    async (_, reply) => {
      slowestViewMs.reset()
      for (const { dataset_id, view_id, ms } of await slowestViews(db, shownViews))
        slowestViewMs.set({ dataset_id, view_id }, ms)
      return reply.type(registry.contentType).send(await registry.metrics())
    },
  )
}
