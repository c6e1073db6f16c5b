// Adding media to a dataset, and reindexing it. The other routes of this slice have files of their own.
import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import type { Server } from '../http/server.ts'
import { booleanText } from '../lib/boolean.ts'
import { problems } from '../lib/problems.ts'
import { DatasetParams } from '../lib/schemas.ts'
import { acceptBatch, foreseenRefusal, reindexDataset } from './accept.ts'
import {
  acceptedHeaders,
  answerAccepted,
  BatchId,
  FilePart,
  type MediaDependencies,
  measuringAhead,
  TaskLocation,
  taskPath,
} from './answer.ts'
import { archiveKind } from './archive/archive.ts'
import { coverRoutes } from './cover-routes.ts'
import { exportRoutes } from './export/routes.ts'
import { fileRoutes } from './file-routes.ts'
import { uploadFolder } from './forget.ts'
import { ingestionRoutes } from './ingestion-routes.ts'
import { metadataRoutes } from './metadata/routes.ts'
import { type Received, receive } from './receive.ts'
import { removeRoutes } from './remove-routes.ts'
import { type Accepted, acceptedByKey, addUploads, openBatch, removeOpenBatch, setSource } from './store.ts'
import { requireReadable } from './video/require.ts'

const maxKeyLength = 200

const MediaForm = Type.Object({
  files: Type.Optional(Type.Array(FilePart)),
  archive: Type.Optional(FilePart),
  s3_uri: Type.Optional(
    Type.String({ description: 's3://bucket/folder/, or a .csv, .txt or .parquet manifest in it' }),
  ),
  assume_role: Type.Optional(Type.String({ description: 'The ARN of a role to read s3_uri with' })),
  auto_reindex: Type.Optional(Type.Boolean({ default: false })),
})

export function mediaRoutes(server: Server, db: Database, media: MediaDependencies): void {
  ingestionRoutes(server, db, media)
  fileRoutes(server, db, media.storage)
  coverRoutes(server, db)
  metadataRoutes(server, db)
  exportRoutes(server, db, media.storage)
  removeRoutes(server, db, media.storage)

  server.post(
    '/api/v1/dataset/:dataset_id/add_media',
    {
      config: { access: 'editor', upload: MediaForm, refuses: [409, 503] },
      schema: {
        tags: ['Media'],
        summary: 'Add media to an indexed dataset',
        description:
          'multipart/form-data with exactly one of `files` (repeated), `archive` (.zip, .tar, .tar.gz) or `s3_uri`, and optionally `auto_reindex`. The answer is empty; `Location` is the task. Repeat a request whose answer was lost with the same `Idempotency-Key`; one whose key was used before is answered as the first was, and not read.',
        params: DatasetParams,
        headers: Type.Object({
          'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: maxKeyLength })),
        }),
        response: {
          202: Type.Null({
            description: 'Accepted',
            headers: { location: TaskLocation, 'x-batch-id': BatchId },
          }),
        },
      },
    },
    async (request, reply) => {
      const { dataset_id: datasetId } = request.params
      const { userId } = request.caller
      const key = request.headers['idempotency-key'] ?? null
      // The key is looked up last: when what runs is this very request, sent twice at once, its key is there by now.
      const refusal = await foreseenRefusal(db, datasetId)
      const before = key && (await acceptedByKey(db, { datasetId, userId, key }))
      if (before) return answerAccepted(reply, acceptedHeaders(before))
      if (refusal) throw refusal

      const batch = await openBatch(db, { datasetId, userId, withTransId: false })
      let received: Received | undefined
      let accepted: Accepted | undefined
      try {
        received = await receive(request, {
          storage: media.storage,
          folder: uploadFolder(batch),
          maxBytes: media.maxUploadBytes,
          arrived: measuringAhead(media),
        })
        const source = oneSource(received)
        await requireReadable(received.files, media.video)
        if ('uri' in source)
          await media.sources.require(source.uri, source.assumeRole, why =>
            request.log.info({ uri: source.uri, why }, 's3_uri refused'),
          )
        const autoReindex = readBoolean('auto_reindex', received.fields.get('auto_reindex'))
        accepted = await db.transaction(async tx => {
          if ('uri' in source) await setSource(tx, batch.id, source)
          else await addUploads(tx, batch.id, source.files)
          return acceptBatch(tx, {
            batch,
            userId,
            taskType: 'MEDIA_ADDITION',
            idempotencyKey: key,
            autoReindex,
          })
        })
        return answerAccepted(reply, acceptedHeaders(accepted))
      } finally {
        // A commit whose answer was lost may have made it work after all; then its files stay.
        if (accepted?.batchId !== batch.id && (await removeOpenBatch(db, batch.id))) await received?.discard()
      }
    },
  )

  server.post(
    '/api/v1/dataset/:dataset_id/reindex',
    {
      config: { access: 'editor', refuses: [409] },
      schema: {
        tags: ['Media'],
        summary: 'Index what was added',
        description:
          'Only in PARTIAL INDEX, or when the models of the server are others than those that indexed it. `Location` is the task.',
        params: DatasetParams,
        response: { 202: Type.Null({ description: 'Accepted', headers: { location: TaskLocation } }) },
      },
    },
    async (request, reply) => {
      const taskId = await db.transaction(tx =>
        reindexDataset(tx, {
          datasetId: request.params.dataset_id,
          userId: request.caller.userId,
          vectors: media.vectors,
        }),
      )
      return answerAccepted(reply, { location: taskPath(taskId) })
    },
  )
}

type OneSource = { files: Received['files'] } | { uri: string; assumeRole: string | null }

/** The one documented source that was given. Throws the documented 400 unless it is exactly one. */
function oneSource({ files, fields }: Received): OneSource {
  const archives = files.filter(({ field }) => field === 'archive')
  const s3Uri = fields.get('s3_uri')
  const sources = [files.length > archives.length, archives.length > 0, Boolean(s3Uri)]
  if (sources.filter(Boolean).length !== 1 || archives.length > 1) throw problems.notOneSource()
  if (s3Uri) return { uri: s3Uri, assumeRole: fields.get('assume_role') || null }
  for (const { file_name } of archives) if (!archiveKind(file_name)) throw problems.unknownArchive(file_name)
  return { files }
}

function readBoolean(name: string, text = 'false'): boolean {
  const value = booleanText(text)
  if (value !== 'true' && value !== 'false')
    throw problems.invalid(`Form field '${name}' must be true or false.`)
  return value === 'true'
}
