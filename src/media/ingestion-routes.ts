// A new dataset from local files: make it, open a transaction, send files in as many requests as needed, process.
import { Type } from 'typebox'
import { createDataset, datasetName, findDataset, readLanguage } from '../datasets/datasets.ts'
import type { Database } from '../db/database.ts'
import type { Server } from '../http/server.ts'
import { problems } from '../lib/problems.ts'
import { DatasetParams, Uuid } from '../lib/schemas.ts'
import { acceptBatch } from './accept.ts'
import {
  acceptedHeaders,
  answerAccepted,
  BatchId,
  FilePart,
  type MediaDependencies,
  measuringAhead,
  TaskLocation,
} from './answer.ts'
import { operations, requireStartable } from './batches.ts'
import { uploadFolder } from './forget.ts'
import { receive } from './receive.ts'
import { addUploads, batchOfTransaction, isRecorded, lockBatch, openBatch } from './store.ts'
import { requireReadable } from './video/require.ts'

const TransactionParams = Type.Object({
  ...DatasetParams.properties,
  trans_id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
})

export function ingestionRoutes(server: Server, db: Database, media: MediaDependencies): void {
  const tags = ['Ingestion']
  const config = { access: 'editor' } as const
  const response = { 202: Type.Null({ description: 'Accepted' }) }

  server.get(
    '/api/v1/ingestion/new_dataset',
    {
      config: { access: 'user', changesState: true },
      schema: {
        tags,
        summary: 'Create an empty dataset',
        querystring: Type.Object({
          dataset_name: Type.String(),
          language: Type.Optional(Type.String()),
        }),
        response: { 200: Type.Object({ dataset_id: Uuid }) },
      },
    },
    async ({ caller, query }) => {
      const name = datasetName(query.dataset_name)
      const language = readLanguage(query.language)
      return {
        dataset_id: await db.transaction(tx => createDataset(tx, { ownerId: caller.userId, name, language })),
      }
    },
  )

  server.get(
    '/api/v1/ingestion/:dataset_id/data_files',
    {
      config: { ...config, changesState: true, refuses: [409] },
      schema: {
        tags,
        summary: 'Open a transaction for files',
        params: DatasetParams,
        response: { 200: Type.Object({ trans_id: Type.Integer() }) },
      },
    },
    async ({ caller, params }) => {
      const dataset = await findDataset(db, params.dataset_id)
      if (!dataset) throw problems.datasetNotFound()
      requireStartable(dataset, operations.DATASET_CREATION)
      const batch = await openBatch(db, {
        datasetId: dataset.id,
        userId: caller.userId,
        withTransId: true,
      })
      return { trans_id: batch.trans_id! }
    },
  )

  async function openTransaction(datasetId: string, transId: number) {
    const batch = await batchOfTransaction(db, datasetId, transId)
    if (!batch) throw problems.transactionNotFound()
    return batch
  }

  server.post(
    '/api/v1/ingestion/:dataset_id/data_files/:trans_id',
    {
      config: { ...config, upload: Type.Object({ files: Type.Array(FilePart) }), refuses: [409] },
      schema: {
        tags,
        summary: 'Send files into a transaction',
        description: 'multipart/form-data with repeated `files`; as many requests as needed, also at once.',
        params: TransactionParams,
        response,
      },
    },
    async (request, reply) => {
      const { dataset_id, trans_id } = request.params
      const batch = await openTransaction(dataset_id, trans_id)
      if (batch.state !== 'open') throw problems.transactionClosed(trans_id)
      const received = await receive(request, {
        storage: media.storage,
        folder: uploadFolder(batch),
        maxBytes: media.maxUploadBytes,
        arrived: measuringAhead(media),
      })
      if (received.files.length === 0) throw problems.noFiles()
      try {
        await requireReadable(received.files, media.video)
        await db.transaction(async tx => {
          const held = await lockBatch(tx, batch.id)
          if (held?.state !== 'open') throw problems.transactionClosed(trans_id)
          await addUploads(tx, batch.id, received.files)
        })
      } catch (error) {
        // A commit whose answer was lost may have recorded them; then they stay.
        const key = received.files.find(file => file.storage_key)?.storage_key
        if (!key || !(await isRecorded(db, batch.id, key))) await received.discard()
        throw error
      }
      return answerAccepted(reply, {})
    },
  )

  server.post(
    '/api/v1/ingestion/:dataset_id/process_files/:trans_id',
    {
      config: { ...config, refuses: [400, 409] },
      schema: {
        tags,
        summary: 'Process the files of a transaction',
        description: '`Location` is the task. Asking again gives the same answer.',
        params: TransactionParams,
        response: {
          202: Type.Null({
            description: 'Accepted',
            headers: { location: TaskLocation, 'x-batch-id': BatchId },
          }),
        },
      },
    },
    async (request, reply) => {
      const batch = await openTransaction(request.params.dataset_id, request.params.trans_id)
      const { userId } = request.caller
      const accepted = await db.transaction(tx =>
        acceptBatch(tx, {
          batch,
          userId,
          taskType: 'DATASET_CREATION',
          idempotencyKey: null,
          autoReindex: false,
        }),
      )
      return answerAccepted(reply, acceptedHeaders(accepted))
    },
  )
}
