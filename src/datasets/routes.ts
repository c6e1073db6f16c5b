import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import type { Server } from '../http/server.ts'
import { problems } from '../lib/problems.ts'
import { DatasetParams, Uuid } from '../lib/schemas.ts'
import { Dataset, datasetName, type Language, readLanguage } from './datasets.ts'
import { sharingRoutes } from './sharing-routes.ts'
import { createDataset, deleteDataset, findDataset, listDatasets } from './store.ts'

/** One answer's worth; who has more datasets pages with `offset`. */
const maxListed = 1000
const maxOffset = 1_000_000_000

const tags = ['Datasets']

export interface DatasetMedia {
  /** Removes what a deleted dataset leaves outside of the database. */
  onDeleted: (datasetId: string) => Promise<void>
  /** Makes a dataset of what is in a bucket, and returns its id. Throws when there is nothing to take. */
  takeBucket: (
    dataset: { ownerId: string; name: string; language: Language; path: string; assumeRole: string | null },
    log: (why: string) => void,
  ) => Promise<string>
}

export function datasetsRoutes(server: Server, db: Database, { onDeleted, takeBucket }: DatasetMedia): void {
  server.get(
    '/api/v1/datasets',
    {
      config: { access: 'user' },
      schema: {
        tags,
        summary: 'List your datasets, newest first',
        querystring: Type.Object({
          limit: Type.Integer({ minimum: 1, maximum: maxListed, default: maxListed }),
          offset: Type.Integer({ minimum: 0, maximum: maxOffset, default: 0 }),
        }),
        response: { 200: Type.Array(Dataset) },
      },
    },
    ({ caller, query }) => listDatasets(db, caller.userId, query),
  )

  server.post(
    '/api/v1/dataset',
    {
      config: { access: 'user', form: true, refuses: [503] },
      schema: {
        tags,
        summary: 'Make a dataset, empty or of what is in a bucket',
        consumes: ['multipart/form-data', 'application/x-www-form-urlencoded'],
        body: Type.Object({
          dataset_name: Type.String(),
          language: Type.Optional(
            Type.String({
              description: 'The language its words are searched in; english unless it is given',
            }),
          ),
          bucket_path: Type.Optional(
            Type.String({ description: 's3://bucket/folder/, or a manifest; the s3:// may be left out' }),
          ),
          assume_role: Type.Optional(
            Type.String({ description: 'The ARN of a role to read the bucket with' }),
          ),
        }),
        response: { 200: Type.Object({ dataset_id: Uuid, id: Uuid }) },
      },
    },
    async ({ caller, body, log }) => {
      const dataset = {
        ownerId: caller.userId,
        name: datasetName(body.dataset_name),
        language: readLanguage(body.language),
      }
      const { bucket_path: path, assume_role: assumeRole } = body
      const id = path
        ? await takeBucket({ ...dataset, path, assumeRole: assumeRole || null }, why =>
            log.info({ path, why }, 'bucket_path refused'),
          )
        : await db.transaction(tx => createDataset(tx, dataset))
      return { dataset_id: id, id }
    },
  )

  server.get(
    '/api/v1/dataset/:dataset_id',
    {
      config: { access: 'viewer' },
      schema: { tags, summary: 'Read a dataset', params: DatasetParams, response: { 200: Dataset } },
    },
    ({ params }) => found(params.dataset_id),
  )

  server.get(
    '/api/v1/datasets/:dataset_id/creation-status',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'How far a dataset is',
        params: DatasetParams,
        response: { 200: Type.Pick(Dataset, ['status', 'progress']) },
      },
    },
    ({ params }) => found(params.dataset_id),
  )

  server.delete(
    '/api/v1/dataset/:dataset_id',
    {
      config: { access: 'owner' },
      schema: {
        tags,
        summary: 'Delete a dataset with its media and views; past notifications stay',
        params: DatasetParams,
        response: { 200: Type.Null() },
      },
    },
    async ({ params }) => {
      const deleted = await db.transaction(tx => deleteDataset(tx, params.dataset_id))
      if (!deleted) throw problems.datasetNotFound()
      await onDeleted(params.dataset_id.toLowerCase())
      return null
    },
  )

  sharingRoutes(server, db)

  async function found(datasetId: string): Promise<Dataset> {
    const dataset = await findDataset(db, datasetId)
    if (!dataset) throw problems.datasetNotFound()
    return dataset
  }
}
