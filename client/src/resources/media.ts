import { type Connection, repeat } from '../connection.ts'
import type { Part, UploadFile, UploadProgress } from '../multipart.ts'
import { randomId } from '../random.ts'
import type {
  AcceptedBatch,
  AddMediaOptions,
  IngestOptions,
  MediaDetail,
  MediaSource,
} from '../types/media.ts'
import { upload } from '../upload.ts'

/** One request of an ingestion holds at most this much, so that a lost connection costs no more than that. */
const maxRequestBytes = 32 * 2 ** 20
const maxRequestFiles = 250

export const media = (connection: Connection) => ({
  /**
   * Adds media to an indexed dataset, as one batch in one request. It has an idempotency key, so that it is sent
   * again after a lost answer and still makes one batch; give your own to make that hold across restarts.
   */
  async add(
    datasetId: string,
    source: MediaSource,
    { autoReindex, idempotencyKey = randomId(), onProgress, signal }: AddMediaOptions = {},
  ): Promise<AcceptedBatch> {
    const parts = partsOf(source)
    if (autoReindex !== undefined) parts.unshift({ field: 'auto_reindex', value: String(autoReindex) })
    const headers = { 'idempotency-key': idempotencyKey }
    const once = () =>
      upload(connection, `/dataset/${datasetId}/add_media`, parts, { headers, onProgress, signal })
    return acceptedBatch(await repeat(once, signal))
  },

  /** Fills a new dataset (DRAFT): any number of requests, one batch, then the first indexing. */
  async ingest(
    datasetId: string,
    files: UploadFile[],
    { onProgress = () => {}, signal }: IngestOptions = {},
  ): Promise<AcceptedBatch> {
    const path = `/ingestion/${datasetId}`
    const { trans_id } = await connection.json<{ trans_id: number }>('GET', `${path}/data_files`, { signal })
    const totalBytes = bytesOf(files)
    let doneBytes = 0
    for (const request of requestsOf(files)) {
      const report = ({ sentBytes }: UploadProgress) =>
        onProgress({ sentBytes: Math.min(doneBytes + sentBytes, totalBytes), totalBytes })
      const parts = request.map(file => ({ field: 'files', file }))
      await upload(connection, `${path}/data_files/${trans_id}`, parts, { onProgress: report, signal })
      doneBytes += bytesOf(request)
    }
    const started = await connection.request('POST', `${path}/process_files/${trans_id}`, {
      signal,
      repeatable: true,
    })
    return acceptedBatch(started.headers)
  },

  get: (datasetId: string, mediaId: string) =>
    connection.json<MediaDetail>('GET', `/dataset/${datasetId}/media/${mediaId}`),

  /**
   * A picture to search by, or, with `[x, y, width, height]` in its pixels, a part of it: the id is the value of a
   * similarity filter with op `upload`.
   */
  async anchor(datasetId: string, picture: UploadFile, box?: number[]): Promise<string> {
    const form = new FormData()
    form.append('file', picture.data, picture.name)
    if (box) form.append('bounding_box', JSON.stringify(box))
    return anchorOf(connection, datasetId, form)
  },

  /** A part of an item to search by: `[x, y, width, height]` in pixels of its picture. */
  async anchorOfPart(datasetId: string, mediaId: string, box: number[]): Promise<string> {
    const form = new FormData()
    form.append('anchor_media_id', mediaId)
    form.append('bounding_box', JSON.stringify(box))
    return anchorOf(connection, datasetId, form)
  },

  /** Makes what was added since the last indexing part of it. Returns the task's id. */
  async reindex(datasetId: string): Promise<string> {
    return taskIn((await connection.request('POST', `/dataset/${datasetId}/reindex`)).headers)
  },
})

async function anchorOf(connection: Connection, datasetId: string, multipart: FormData): Promise<string> {
  const path = `/dataset/${datasetId}/search-image-similarity`
  const answer = await connection.request('POST', path, { multipart })
  return ((await answer.json()) as { anchor_media_id: string }).anchor_media_id
}

function partsOf(source: MediaSource): Part[] {
  if ('files' in source) return source.files.map(file => ({ field: 'files', file }))
  if ('archive' in source) return [{ field: 'archive', file: source.archive }]
  return [
    { field: 's3_uri', value: source.s3Uri },
    ...(source.assumeRole ? [{ field: 'assume_role', value: source.assumeRole }] : []),
  ]
}

function* requestsOf(files: UploadFile[]): Generator<UploadFile[]> {
  let request: UploadFile[] = []
  for (const file of files) {
    if (request.length === maxRequestFiles || bytesOf([...request, file]) > maxRequestBytes) {
      if (request.length > 0) yield request
      request = []
    }
    request.push(file)
  }
  if (request.length > 0) yield request
}

const bytesOf = (files: UploadFile[]) => files.reduce((sum, { data }) => sum + data.size, 0)
const taskIn = (headers: Headers) => headers.get('location')?.split('/').at(-1) ?? ''
const acceptedBatch = (headers: Headers): AcceptedBatch => ({
  taskId: taskIn(headers),
  batchId: headers.get('x-batch-id') ?? '',
})
