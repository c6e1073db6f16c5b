// Export, as publicly documented: ask for it, look whether it is ready, download it.
import { Readable } from 'node:stream'
import { Type } from 'typebox'
import type { Database } from '../../db/database.ts'
import type { Server } from '../../http/server.ts'
import { problems } from '../../lib/problems.ts'
import { DatasetParams, Instant, OrNull, Uuid } from '../../lib/schemas.ts'
import { attachment } from '../file-routes.ts'
import type { Storage } from '../storage.ts'
import { exportArchive } from './archive.ts'
import { pathOf } from './document.ts'
import { exportedItems, findExport, insertExport } from './store.ts'

const ExportBody = Type.Object({
  id: Uuid,
  dataset_id: Uuid,
  created_at: Instant,
  download_uri: OrNull(Type.String()),
  progress: Type.Number(),
  status: Type.String(),
  entities_count: Type.Integer(),
  result_message: OrNull(Type.String()),
})

export function exportRoutes(server: Server, db: Database, storage: Storage): void {
  const tags = ['Export']
  const config = { access: 'viewer' } as const
  const at = '/api/v1/dataset/:dataset_id'

  async function find(datasetId: string, id: string) {
    const found = await findExport(db, datasetId, id)
    if (!found) throw problems.exportNotFound()
    return found
  }

  server.get(
    `${at}/export_context_async`,
    {
      config: { ...config, changesState: true },
      schema: {
        tags,
        summary: 'Ask for an export',
        params: DatasetParams,
        querystring: Type.Object({
          file_name: Type.String({ minLength: 1, maxLength: 200, default: 'export.zip' }),
          export_format: Type.Unsafe<'json'>(Type.String({ enum: ['json'], default: 'json' })),
          include_images: Type.Boolean({
            default: false,
            description: 'The first 5,000 pictures and frames',
          }),
        }),
        response: { 200: ExportBody },
      },
    },
    async ({ caller, params, query }) => {
      const made = await insertExport(db, { datasetId: params.dataset_id, userId: caller.userId }, query)
      return { ...made, download_uri: null, progress: 0, status: 'INIT', result_message: null }
    },
  )

  server.get(
    `${at}/export_status`,
    {
      config,
      schema: {
        tags,
        summary: 'Whether an export is ready',
        description: '`download_uri` is a path of this server, and asks for the same sign-in.',
        params: DatasetParams,
        querystring: Type.Object({ export_task_id: Uuid }),
        response: { 200: ExportBody },
      },
    },
    async ({ params, query }) => {
      const { id, dataset_id, created_at, entities_count } = await find(
        params.dataset_id,
        query.export_task_id,
      )
      return {
        id,
        dataset_id,
        created_at,
        download_uri: `/api/v1/dataset/${dataset_id}/export/${id}`,
        progress: 100,
        status: 'COMPLETED',
        entities_count,
        result_message: null,
      }
    },
  )

  server.get(
    `${at}/export/:export_id`,
    {
      config,
      schema: {
        tags,
        summary: 'Download an export',
        description: 'A ZIP with metadata.json, and the pictures where they were asked for.',
        params: Type.Object({ ...DatasetParams.properties, export_id: Uuid }),
        produces: ['application/zip'],
      },
    },
    async ({ params }, reply) => {
      const asked = await find(params.dataset_id, params.export_id)
      return reply
        .type('application/zip')
        .header('content-disposition', attachment(asked.file_name))
        .send(await exportArchive(db, storage, asked))
    },
  )

  server.get(
    `${at}/export_media_id`,
    {
      config,
      schema: {
        tags,
        summary: 'The media_id of every file, as CSV',
        params: DatasetParams,
        produces: ['text/csv'],
      },
    },
    async ({ params }, reply) =>
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', attachment('media_id.csv'))
        .send(Readable.from(lines(params.dataset_id), { objectMode: false })),
  )

  async function* lines(datasetId: string): AsyncGenerator<string> {
    yield 'filename,media_id\n'
    for await (const item of exportedItems(db, datasetId)) yield `${quoted(pathOf(item))},${item.id}\n`
  }
}

const quoted = (cell: string): string => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
