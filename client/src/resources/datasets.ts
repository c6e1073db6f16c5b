import type { Connection } from '../connection.ts'
import type {
  Batches,
  Covers,
  CreationStatus,
  Dataset,
  Member,
  Role,
  Tag,
  Vocabulary,
} from '../types/dataset.ts'

export const datasets = ({ json }: Connection) => ({
  list: () => json<Dataset[]>('GET', '/datasets'),

  get: (datasetId: string) => json<Dataset>('GET', `/dataset/${datasetId}`),

  /**
   * Makes an empty one (DRAFT) for local files and returns its id; `media.ingest` fills it. Its words are searched in
   * `language`, `english` unless it is given.
   */
  create: async (name: string, { language }: { language?: string | undefined } = {}): Promise<string> =>
    (
      await json<{ dataset_id: string }>('GET', '/ingestion/new_dataset', {
        query: { dataset_name: name, language },
      })
    ).dataset_id,

  /** Makes one of what is in a bucket: `s3://bucket/folder/`, or a manifest in it. The work goes on as a task. */
  createFromBucket: async (
    name: string,
    bucketPath: string,
    { language }: { language?: string | undefined } = {},
  ): Promise<string> =>
    (
      await json<{ dataset_id: string }>('POST', '/dataset', {
        form: { dataset_name: name, bucket_path: bucketPath, ...(language && { language }) },
      })
    ).dataset_id,

  /** The newest pictures of each dataset that has any. */
  covers: async (): Promise<Covers[]> => (await json<{ covers: Covers[] }>('GET', '/datasets/covers')).covers,

  /** Latest first, each with what it brought and the alerts it raised. */
  batches: (datasetId: string, page: { limit?: number; offset?: number } = {}) =>
    json<Batches>('GET', `/dataset/${datasetId}/batches`, { query: page }),

  /** The labels, folders and metadata fields that occur in it, most frequent first. */
  vocabulary: (datasetId: string) => json<Vocabulary>('GET', `/dataset/${datasetId}/vocabulary`),

  tags: async (datasetId: string): Promise<Tag[]> =>
    (await json<{ tags: Tag[] }>('GET', `/dataset/${datasetId}/tags`)).tags,

  creationStatus: (datasetId: string) =>
    json<CreationStatus>('GET', `/datasets/${datasetId}/creation-status`),

  delete: async (datasetId: string): Promise<void> => {
    await json('DELETE', `/dataset/${datasetId}`)
  },

  members: (datasetId: string) => json<Member[]>('GET', `/manage/${datasetId}/share`),

  /** Without a role who is new becomes a viewer, and a member stays what they are. */
  invite: async (datasetId: string, email: string, role?: Role): Promise<void> => {
    await json('PUT', `/manage/${datasetId}/invite`, { json: { grant_to_user_email: email, role } })
  },

  /** Takes the access away, and with it the person's notifications of the dataset. */
  revoke: async (datasetId: string, email: string): Promise<void> => {
    await json('DELETE', `/manage/${datasetId}/share/${encodeURIComponent(email)}`)
  },
})
