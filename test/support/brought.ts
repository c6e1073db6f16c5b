// Vectors that come with media, in a real S3-compatible server, and what is asked of them. Each test file that imports
// this has a server of its own.
import assert from 'node:assert/strict'
import sql from 'sql-template-tag'
import { testApp } from './app.ts'
import { addMedia, emoji, emojiFiles, ended, form, newDataset, picture } from './media.ts'
import { bucket, startS3 } from './s3.ts'

export const s3 = await startS3()
export const app = await testApp({ env: s3.env })
export const user = await app.user()

export const ready = async (name: string) => newDataset(user.api, name, await emojiFiles(0, 1))
export const named = (i: number) => `${emoji[i]!.short_name}.png`

export async function put(folder: string, from: number, to: number): Promise<string[]> {
  const some = Array.from({ length: to - from }, (_, i) => from + i)
  await Promise.all(some.map(async i => s3.put(`${folder}${named(i)}`, await picture(emoji[i]!))))
  return some.map(named)
}

export async function add(
  dataset: string,
  files: Parameters<typeof form>[0],
  fields: Record<string, string> = {},
) {
  const answer = await addMedia(user.api, dataset, form(files, { auto_reindex: 'true', ...fields }))
  assert.equal(answer.status, 202, await answer.clone().text())
  const task = await ended(user.api, answer.headers.get('location')!)
  assert.equal(task.status, 'COMPLETED', task.error_message ?? '')
  return task
}
export const addUri = (dataset: string, key: string) => add(dataset, [], { s3_uri: `s3://${bucket}/${key}` })

/** By file name. */
export async function vectorsIn(dataset: string): Promise<Record<string, number[]>> {
  const rows = await app.db.query<{ file_name: string; model: string; vector: Buffer }>(sql`
    select file_name, model, substr(vectors, 1 + 4 * dims * (array_position(ordinals, ordinal) - 1), 4 * dims) as vector
    from items join vector_tiles on vector_tiles.batch_id = items.batch_id and ordinal = any(ordinals)
    where dataset_id = ${dataset} and model like 'client:%' order by items.ordinal`)
  return Object.fromEntries(
    rows.map(({ file_name, vector }) => [
      file_name,
      Array.from({ length: vector.length / 4 }, (_, i) => Number(vector.readFloatLE(4 * i).toFixed(4))),
    ]),
  )
}
export const problemsOf = ({ problems }: { problems: { subject: string; problem: string }[] }) =>
  problems.map(({ subject, problem }) => `${subject}: ${problem}`)

export async function mediaId(dataset: string, name: string): Promise<string> {
  const [row] = await app.db.query<{ id: string }>(sql`
    select id from items where dataset_id = ${dataset} and file_name = ${name}`)
  return row!.id
}

export const likeness = (value: string, threshold: number, op = 'media') =>
  `vql=${encodeURIComponent(JSON.stringify([{ similarity: { op, value, threshold } }]))}`

/** Names of what explore finds, nearest first, with the score. */
export async function like(dataset: string, name: string, threshold: number): Promise<[string, number][]> {
  const answer = await user.api(`/explore/${dataset}?${likeness(await mediaId(dataset, name), threshold)}`)
  assert.equal(answer.status, 200, await answer.clone().text())
  const { clusters } = (await answer.json()) as {
    clusters: { relevance_score: number; previews: { file_name: string }[] }[]
  }
  return clusters.map(one => [one.previews[0]!.file_name, Number(one.relevance_score.toFixed(3))])
}
