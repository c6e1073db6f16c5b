import { Readable } from 'node:stream'
import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import type { Server } from '../http/server.ts'
import { problems } from '../lib/problems.ts'
import { DatasetParams, Instant, Uuid } from '../lib/schemas.ts'
import type { Vectors } from '../vectors/vectors.ts'
import { captureVectors } from './capture.ts'
import { FilterQuery, readFilter } from './filter-query.ts'
import { saveView, switchMonitoring } from './save.ts'
import { deleteView, findView, listViews, readTrend, setAlerting } from './store.ts'
import { readName, Trend, View } from './view.ts'

/** A hundred days of a batch every quarter of an hour; older points are left out, the totals are not. */
const maxTrendPoints = 10_000
/** A list is written page by page, so that memory holds one page however many views there are. */
const listPageSize = 100

const ViewParams = Type.Object({ dataset_id: Uuid, view_id: Uuid })
// `enum` instead of `type: boolean`: the latter would read null as false.
const Switch = Type.Object({
  request: Type.Object({ enabled: Type.Unsafe<boolean>({ enum: [true, false] }) }),
})

export function viewsRoutes(server: Server, db: Database, vectors: Vectors): void {
  const tags = ['Saved views']
  const config = { access: 'viewer' } as const
  const views = '/api/v1/dataset/:dataset_id/views'

  server.post(
    views,
    {
      config: { ...config, form: true, refuses: [409] },
      schema: {
        tags,
        summary: 'Save a view; it watches what is added from now on',
        params: DatasetParams,
        querystring: FilterQuery,
        consumes: ['multipart/form-data', 'application/x-www-form-urlencoded'],
        body: Type.Object({ name: Type.String({ description: '1–200 characters, unique in the dataset' }) }),
        response: { 200: View },
      },
    },
    async ({ caller, params, query, body }) => {
      const name = readName(body.name)
      const filter = readFilter(query)
      const captured = await captureVectors(db, vectors, params.dataset_id, filter)
      return saveView(db, { datasetId: params.dataset_id, name, userId: caller.userId, filter }, captured)
    },
  )

  server.get(
    views,
    {
      config,
      schema: {
        tags,
        summary: 'List the saved views of a dataset, newest first',
        params: DatasetParams,
        response: { 200: Type.Object({ views: Type.Array(View) }) },
      },
    },
    async ({ params }, reply) => {
      const json = Readable.from(listAsJson(db, params.dataset_id), { objectMode: false })
      return reply.type('application/json; charset=utf-8').send(json as never)
    },
  )

  server.get(
    `${views}/:view_id`,
    { config, schema: { tags, summary: 'Read a saved view', params: ViewParams, response: { 200: View } } },
    async ({ params }) => {
      const view = await findView(db, params.dataset_id, params.view_id)
      if (!view) throw problems.viewNotFound()
      return view
    },
  )

  server.delete(
    `${views}/:view_id`,
    {
      config,
      schema: {
        tags,
        summary: 'Delete a view and its trend; past notifications stay',
        params: ViewParams,
        response: { 200: Type.Null() },
      },
    },
    async ({ params }, reply) => {
      if (!(await deleteView(db, params.dataset_id, params.view_id))) throw problems.viewNotFound()
      return reply.type('application/json').send('null' as never)
    },
  )

  server.get(
    `${views}/:view_id/trend`,
    {
      config: { ...config, refuses: [400] },
      schema: {
        tags,
        summary: 'Matches per evaluated batch, ascending',
        params: ViewParams,
        response: { 200: Trend },
      },
    },
    async ({ params }) => {
      const trend = await readTrend(db, params.dataset_id, params.view_id, maxTrendPoints)
      if (!trend) throw problems.viewNotFound()
      if (!trend.monitored) throw problems.monitoringOff()
      return trend
    },
  )

  server.post(
    `${views}/:view_id/alerting`,
    {
      config,
      schema: {
        tags,
        summary: 'Switch alerts on or off, for everybody; the trend goes on',
        params: ViewParams,
        body: Switch,
        response: { 200: Type.Object({ alerting_enabled: Type.Boolean() }) },
      },
    },
    async ({ params, body }) => {
      const { enabled } = body.request
      if (await setAlerting(db, params.dataset_id, params.view_id, enabled))
        return { alerting_enabled: enabled }
      throw (await findView(db, params.dataset_id, params.view_id))
        ? problems.monitoringOff()
        : problems.viewNotFound()
    },
  )

  server.post(
    `${views}/:view_id/monitoring`,
    {
      config,
      schema: {
        tags,
        summary: 'Switch evaluation off, or on again from now',
        params: ViewParams,
        body: Switch,
        response: {
          200: Type.Object({ monitoring_enabled: Type.Boolean(), monitoring_started_at: Instant }),
        },
      },
    },
    ({ params, body }) => switchMonitoring(db, params.dataset_id, params.view_id, body.request.enabled),
  )
}

async function* listAsJson(db: Database, datasetId: string): AsyncGenerator<string> {
  let page = await listViews(db, datasetId, { limit: listPageSize })
  yield `{"views":[${page.map(view => JSON.stringify(view)).join()}`
  while (page.length === listPageSize) {
    page = await listViews(db, datasetId, { limit: listPageSize, after: page.at(-1) })
    for (const view of page) yield `,${JSON.stringify(view)}`
  }
  yield ']}'
}
