// Real pictures, and the requests that send them.
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { TestUser } from './app.ts'

export interface Emoji {
  name: string
  short_name: string
  image: string
  category: string
  subcategory: string
}

const folder = dirname(createRequire(import.meta.url).resolve('emoji-datasource-google/package.json'))

/** All emoji that have a picture, in the order of the package. */
export const emoji = (
  JSON.parse(readFileSync(join(folder, 'emoji.json'), 'utf8')) as (Emoji & { has_img_google: boolean })[]
).filter(({ has_img_google }) => has_img_google)

/** The bytes of an emoji's PNG, 64 × 64. */
export const picture = ({ image }: Emoji): Promise<Buffer<ArrayBuffer>> =>
  readFile(join(folder, 'img/google/64', image)) as Promise<Buffer<ArrayBuffer>>

export interface Sent {
  name: string
  bytes: Buffer<ArrayBuffer> | string
}

export function form(files: Sent[], fields: Record<string, string> = {}, field = 'files'): FormData {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.append(name, value)
  for (const { name, bytes } of files) body.append(field, new Blob([bytes]), name)
  return body
}

export const emojiFiles = (from: number, to: number): Promise<Sent[]> =>
  Promise.all(
    emoji.slice(from, to).map(async one => ({ name: `${one.short_name}.png`, bytes: await picture(one) })),
  )

/** A deadline for background work of tests: far beyond what it takes, on a busy machine too. */
const deadlineMs = 180_000

export interface SeenTask {
  task_id: string
  dataset_id: string
  dataset_status: string
  batch_id: string
  task_type: string
  status: string
  status_message: string
  progress_percentage: number
  error_message: string | null
  start_time: string | null
  end_time: string | null
  problems: { subject: string; problem: string }[]
  problems_total: number
}

type Api = TestUser['api']

export async function readTask(api: Api, location: string): Promise<SeenTask> {
  const answer = await api(location.replace('/api/v1', ''))
  if (answer.status !== 200) throw new Error(`the task answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as SeenTask
}

/** Waits until the task behind a Location header has ended, whichever way. */
export function ended(api: Api, location: string): Promise<SeenTask> {
  return until(async () => {
    const task = await readTask(api, location)
    return ['COMPLETED', 'FAILED', 'ABORTED'].includes(task.status) ? task : undefined
  })
}

/** Asks until there is an answer. Throws when the deadline passes. */
export async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const givenUpAt = performance.now() + deadlineMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > givenUpAt) throw new Error('the deadline passed')
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

/** A dataset made by the ingestion flow from local files; resolves when it is READY. */
export async function newDataset(
  api: Api,
  name: string,
  files: Sent[],
  language = 'english',
): Promise<string> {
  const { dataset_id } = (await (
    await api(`/ingestion/new_dataset?dataset_name=${encodeURIComponent(name)}&language=${language}`)
  ).json()) as { dataset_id: string }
  const { trans_id } = (await (await api(`/ingestion/${dataset_id}/data_files`)).json()) as {
    trans_id: number
  }
  const sent = await api(`/ingestion/${dataset_id}/data_files/${trans_id}`, {
    method: 'POST',
    body: form(files),
  })
  if (sent.status !== 202) throw new Error(await sent.text())
  const processing = await api(`/ingestion/${dataset_id}/process_files/${trans_id}`, { method: 'POST' })
  const task = await ended(api, processing.headers.get('location')!)
  if (task.status !== 'COMPLETED') throw new Error(JSON.stringify(task))
  return dataset_id
}

export const addMedia = (
  api: Api,
  datasetId: string,
  body: FormData,
  headers: Record<string, string> = {},
): Promise<Response> => api(`/dataset/${datasetId}/add_media`, { method: 'POST', body, headers })
