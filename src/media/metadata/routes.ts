// Custom metadata: declare a field, fill it with one JSON file, read it back.
import { Readable } from 'node:stream'
import { Type } from 'typebox'
import type { Database } from '../../db/database.ts'
import type { Server } from '../../http/server.ts'
import { problems } from '../../lib/problems.ts'
import { DatasetParams, OrNull, Uuid } from '../../lib/schemas.ts'
import { FilePart } from '../answer.ts'
import { type FieldType, fieldOf, fieldTypes } from './field.ts'
import { fillField } from './fill.ts'
import { declareField, fieldsOf, findField, metadataOf } from './store.ts'

const FieldTypeName = Type.Unsafe<FieldType>(Type.String({ enum: [...fieldTypes] }))
const FieldBody = Type.Object({
  field_name: Type.String(),
  field_type: FieldTypeName,
  enum_options: OrNull(Type.Array(Type.String())),
  is_multi: Type.Boolean(),
})
const Declaration = Type.Object({
  field_name: Type.String(),
  field_type: FieldTypeName,
  enum_options: Type.Optional(Type.Array(Type.String())),
  is_multi: Type.Optional(Type.Boolean()),
})
const Started = Type.Object({ task_id: Uuid, status: Type.String() })
const FieldParams = Type.Object({ ...DatasetParams.properties, task_id: Uuid })
/** Millions of rows; they are not kept in memory. */
const maxFileBytes = 2 ** 30

export function metadataRoutes(server: Server, db: Database): void {
  const tags = ['Custom metadata']
  const at = '/api/v1/datasets/:dataset_id/custom_metadata'

  async function field(datasetId: string, id: string) {
    const found = await findField(db, datasetId, id)
    if (!found) throw problems.taskNotFound()
    return found
  }

  server.post(
    `${at}/tasks`,
    {
      config: { access: 'editor', refuses: [409] },
      schema: {
        tags,
        summary: 'Declare a field',
        params: DatasetParams,
        body: Declaration,
        response: { 200: Started },
      },
    },
    async ({ body, caller, params }) => {
      const declared = fieldOf(body)
      const id = await declareField(db, { datasetId: params.dataset_id, userId: caller.userId }, declared)
      if (!id) throw problems.metadataFieldTaken(declared.field_name)
      return { task_id: id, status: 'INIT' }
    },
  )

  server.post(
    `${at}/tasks/:task_id`,
    {
      config: { access: 'editor', upload: Type.Object({ file: FilePart }), refuses: [409] },
      schema: {
        tags,
        summary: 'Fill a field',
        description:
          'A JSON list of {"media_id", "value"}, as the file of a multipart body or as the body itself. Values are immutable; a field of which no row fitted may be filled again. Rows that do not fit are refused alone; the status names them.',
        params: FieldParams,
        response: { 200: Started },
      },
    },
    async (request, reply) => {
      const { dataset_id: datasetId, task_id } = request.params
      const declared = await field(datasetId, task_id)
      const who = { datasetId, userId: request.caller.userId }
      if (request.isMultipart()) {
        const part = await request.file({ limits: { fileSize: maxFileBytes, files: 1 } })
        if (!part) throw problems.badRequest('No file was sent; send the JSON list as multipart field file.')
        await fillField(db, who, declared, part.file)
      } else {
        const { body } = request
        const list = typeof body === 'string' ? body : JSON.stringify(body ?? null)
        await fillField(db, who, declared, Readable.from([Buffer.from(list)]))
      }
      return reply.send({ task_id, status: (await field(datasetId, task_id)).status })
    },
  )

  server.get(
    `${at}/tasks/:task_id/status`,
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'How filling a field went',
        params: FieldParams,
        response: {
          200: Type.Object({
            task_id: Uuid,
            status: Type.String(),
            progress: Type.Number({ description: '0–100' }),
            inserted_rows: Type.Integer(),
            error_count: Type.Integer(),
            sample_errors: Type.Array(Type.Object({ reason: Type.String(), row_index: Type.Integer() })),
          }),
        },
      },
    },
    async ({ params }) => {
      const { id, status, ...counts } = await field(params.dataset_id, params.task_id)
      return { task_id: id, status, progress: status.startsWith('COMPLETED') ? 100 : 0, ...counts }
    },
  )

  server.get(
    `${at}/schema`,
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'The declared fields',
        params: DatasetParams,
        response: { 200: Type.Array(FieldBody) },
      },
    },
    ({ params }) => fieldsOf(db, params.dataset_id),
  )

  server.get(
    '/api/v1/datasets/:dataset_id/image/:media_id/custom_metadata',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'The custom metadata of one item',
        params: Type.Object({ ...DatasetParams.properties, media_id: Uuid }),
        response: {
          200: Type.Array(
            Type.Object({ field_name: Type.String(), field_type: Type.String(), value: Type.Unknown() }),
          ),
        },
      },
    },
    async ({ params }) => {
      const metadata = await metadataOf(db, params.dataset_id, params.media_id)
      if (!metadata) throw problems.mediaNotFound()
      const declared = new Map(
        (await fieldsOf(db, params.dataset_id)).map(one => [one.field_name, one.field_type]),
      )
      return Object.entries(metadata).map(([field_name, value]) => ({
        field_name,
        // What came with annotations was never declared; its kind is that of its value.
        field_type: declared.get(field_name) ?? (typeof value === 'number' ? 'float' : 'string'),
        value,
      }))
    },
  )
}
