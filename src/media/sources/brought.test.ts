// Vectors that come with media: from manifests in a real S3-compatible server and from annotation files, to likeness.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parquetWriteBuffer } from 'hyparquet-writer'
import sql from 'sql-template-tag'
import { testApp } from '../../../test/support/app.ts'
import { addMedia, emoji, emojiFiles, ended, form, newDataset, picture } from '../../../test/support/media.ts'
import { bucket, startS3 } from '../../../test/support/s3.ts'

const s3 = await startS3()
const app = await testApp({ env: s3.env })
const user = await app.user()

const ready = async (name: string) => newDataset(user.api, name, await emojiFiles(0, 1))
const named = (i: number) => `${emoji[i]!.short_name}.png`

async function put(folder: string, from: number, to: number): Promise<string[]> {
  const some = Array.from({ length: to - from }, (_, i) => from + i)
  await Promise.all(some.map(async i => s3.put(`${folder}${named(i)}`, await picture(emoji[i]!))))
  return some.map(named)
}

async function add(dataset: string, files: Parameters<typeof form>[0], fields: Record<string, string> = {}) {
  const answer = await addMedia(user.api, dataset, form(files, { auto_reindex: 'true', ...fields }))
  assert.equal(answer.status, 202, await answer.clone().text())
  const task = await ended(user.api, answer.headers.get('location')!)
  assert.equal(task.status, 'COMPLETED', task.error_message ?? '')
  return task
}
const addUri = (dataset: string, key: string) => add(dataset, [], { s3_uri: `s3://${bucket}/${key}` })

/** By file name. */
async function vectorsIn(dataset: string): Promise<Record<string, number[]>> {
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
const problemsOf = ({ problems }: { problems: { subject: string; problem: string }[] }) =>
  problems.map(({ subject, problem }) => `${subject}: ${problem}`)

async function mediaId(dataset: string, name: string): Promise<string> {
  const [row] = await app.db.query<{ id: string }>(sql`
    select id from items where dataset_id = ${dataset} and file_name = ${name}`)
  return row!.id
}

const likeness = (value: string, threshold: number, op = 'media') =>
  `vql=${encodeURIComponent(JSON.stringify([{ similarity: { op, value, threshold } }]))}`

/** Names of what explore finds, nearest first, with the score. */
async function like(dataset: string, name: string, threshold: number): Promise<[string, number][]> {
  const answer = await user.api(`/explore/${dataset}?${likeness(await mediaId(dataset, name), threshold)}`)
  assert.equal(answer.status, 200, await answer.clone().text())
  const { clusters } = (await answer.json()) as {
    clusters: { relevance_score: number; previews: { file_name: string }[] }[]
  }
  return clusters.map(one => [one.previews[0]!.file_name, Number(one.relevance_score.toFixed(3))])
}

test('a CSV manifest: vectors are kept at unit length, bad ones are named and their media go in', async () => {
  const dataset = await ready('csv')
  const names = await put('csv/', 1, 9)
  await s3.put('csv/nothing.mp4', 'no video')
  const cells = ['[3, 4, 0]', '[4, 3, 0]', '[0, 0, 1e-300]', '[1, 2]', '"[1, NaN, 2]"', 'x', '[0, 0, 0]', '']
  await s3.put(
    'csv/media.csv',
    ['file,embedding', ...names.map((name, i) => `${name},"${cells[i]!.replaceAll('"', '')}"`)].join('\n'),
  )
  const task = await addUri(dataset, 'csv/media.csv')
  assert.equal(task.status_message, 'Added 8 media files; see its problems (4)')
  assert.deepEqual(problemsOf(task), [
    'media.csv line 5: The embedding has a length of 2, those of the dataset of 3; it was left out.',
    'media.csv line 6: The embedding is no list of numbers and was left out; write [0.25, -1].',
    'media.csv line 7: The embedding is no list of numbers and was left out; write [0.25, -1].',
    'media.csv line 8: The embedding has no direction, for all of it is 0, and was left out.',
  ])
  assert.deepEqual(await vectorsIn(dataset), {
    [names[0]!]: [0.6, 0.8, 0],
    [names[1]!]: [0.8, 0.6, 0],
    [names[2]!]: [0, 0, 1],
  })
  const shown = (await (await user.api(`/dataset/${dataset}`)).json()) as any
  assert.deepEqual(shown.embedding_config.client, { model: 'client:3', dims: 3 })
  assert.equal(shown.embedding_config.image.model, 'belfry-visual-1')
  const [kept] = await app.db.query<{ metadata: object }>(sql`
    select metadata from items where id = ${await mediaId(dataset, names[0]!)}`)
  assert.deepEqual(kept, { metadata: {} })

  assert.deepEqual(await like(dataset, names[0]!, 0.1), [
    [names[0]!, 1],
    [names[1]!, 0.96],
  ])
  // One without a vector of its own is compared by its looks, as before.
  assert.equal((await like(dataset, names[7]!, 1)).length, 9)
})

test('later batches keep to the length; a dataset without any says so', async () => {
  const dataset = await ready('lengths')
  const config = async () => ((await (await user.api(`/dataset/${dataset}`)).json()) as any).embedding_config
  assert.equal((await config()).client, null)
  const [first, second] = await put('lengths/', 10, 12)
  await s3.put('lengths/1.csv', `file,embeddings\n${first},"[1, 0]"`)
  assert.deepEqual((await addUri(dataset, 'lengths/1.csv')).problems, [])
  await s3.put('lengths/2.csv', `file,embedding\n${second},"[1, 0, 0]"`)
  assert.deepEqual(problemsOf(await addUri(dataset, 'lengths/2.csv')), [
    '2.csv line 2: The embedding has a length of 3, those of the dataset of 2; it was left out.',
  ])
  assert.deepEqual(await vectorsIn(dataset), { [first!]: [1, 0] })
  assert.deepEqual((await config()).client, { model: 'client:2', dims: 2 })
})

test('a model that is named: vectors of another, or of one without a name, do not come beside its own', async () => {
  const dataset = await ready('models')
  const names = await put('models/', 60, 68)
  const manifest = (name: string, rows: [string, string, string?][]) =>
    s3.put(
      `models/${name}`,
      [
        'file,embedding,embedding_model',
        ...rows.map(([file, vector, model = '']) => `${file},"${vector}",${model}`),
      ].join('\n'),
    )
  await manifest('1.csv', [
    [names[0]!, '[1, 0]', 'ViT-B/32'],
    [names[1]!, '[1, 0]', 'SigLIP 2'],
    [names[2]!, '[1, 0]'],
    [names[3]!, '[3, 4]', ' ViT-B/32 '],
    [names[4]!, '[3, 4]', 'x'.repeat(101)],
  ])
  const first = await addUri(dataset, 'models/1.csv')
  const others = (model: string) =>
    `The embedding is of ${model}, those of the dataset are of the model 'ViT-B/32'; it was left out.`
  assert.deepEqual(problemsOf(first), [
    `1.csv line 3: ${others("the model 'SigLIP 2'")}`,
    `1.csv line 4: ${others('a model without a name')}`,
    '1.csv line 6: The embedding_model is no name of at most 100 plain characters; the embedding was left out.',
  ])
  const shown = (await (await user.api(`/dataset/${dataset}`)).json()) as any
  assert.deepEqual(shown.embedding_config.client, { model: 'client:2:ViT-B/32', dims: 2 })

  // Later batches, by manifest and by annotation file.
  await manifest('2.csv', [[names[5]!, '[1, 0]', 'SigLIP 2']])
  assert.deepEqual(problemsOf(await addUri(dataset, 'models/2.csv')), [
    `2.csv line 2: ${others("the model 'SigLIP 2'")}`,
  ])
  const sent = await emojiFiles(68, 70)
  const table = [
    'filename,label,embedding,Embedding_Model',
    `${named(68)},a,"[4, 3]",ViT-B/32`,
    `${named(69)},a,"[4, 3]",`,
  ].join('\n')
  const task = await add(dataset, [...sent, { name: 'image_annotations.csv', bytes: table }])
  assert.deepEqual(problemsOf(task), [`image_annotations.csv line 3: ${others('a model without a name')}`])
  assert.deepEqual(await vectorsIn(dataset), {
    [names[0]!]: [1, 0],
    [names[3]!]: [0.6, 0.8],
    [named(68)]: [0.8, 0.6],
  })
  assert.deepEqual(await like(dataset, names[0]!, 0.5), [
    [names[0]!, 1],
    [named(68), 0.8],
    [names[3]!, 0.6],
  ])
  const [kept] = await app.db.query<{ metadata: object }>(sql`
    select metadata from items where id = ${await mediaId(dataset, names[0]!)}`)
  assert.deepEqual(kept, { metadata: {} })
})

test('a dataset whose vectors came without a name takes none that has one', async () => {
  const dataset = await ready('unnamed')
  const [first, second] = await put('unnamed/', 80, 82)
  await s3.put('unnamed/1.csv', `file,embedding\n${first},"[1, 0]"`)
  await addUri(dataset, 'unnamed/1.csv')
  await s3.put('unnamed/2.csv', `file,embedding,embedding_model\n${second},"[1, 0]",a`)
  assert.deepEqual(problemsOf(await addUri(dataset, 'unnamed/2.csv')), [
    "2.csv line 2: The embedding is of the model 'a', those of the dataset are of a model without a name; it was left out.",
  ])
})

test('a Parquet manifest with a list column, of which some lists have holes', async () => {
  const dataset = await ready('parquet')
  const names = await put('parquet/', 20, 24)
  const bytes = parquetWriteBuffer({
    schema: [
      { name: 'root', num_children: 2 },
      { name: 'filename', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
      { name: 'embedding', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', type: 'FLOAT', repetition_type: 'OPTIONAL' },
    ],
    columnData: [
      { name: 'filename', data: names },
      { name: 'embedding', data: [[0, 2], [1, null], null, [-1, Number.NaN]] },
    ],
  })
  await s3.put('parquet/media.parquet', Buffer.from(bytes))
  const task = await addUri(dataset, 'parquet/media.parquet')
  assert.deepEqual(await vectorsIn(dataset), { [names[0]!]: [0, 1] })
  const left = 'The embedding is no list of numbers and was left out; write [0.25, -1].'
  assert.deepEqual(problemsOf(task), [`media.parquet row 2: ${left}`, `media.parquet row 4: ${left}`])
})

test('a Parquet manifest whose objects are a list of records', async () => {
  const dataset = await ready('records')
  const [name] = await put('records/', 70, 71)
  const required = { repetition_type: 'REQUIRED' } as const
  const bytes = parquetWriteBuffer({
    schema: [
      { name: 'root', num_children: 2 },
      { name: 'filename', type: 'BYTE_ARRAY', converted_type: 'UTF8', ...required },
      { name: 'objects', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', repetition_type: 'OPTIONAL', num_children: 2 },
      { name: 'label', type: 'BYTE_ARRAY', converted_type: 'UTF8', ...required },
      { name: 'bounding_box', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', type: 'INT64', repetition_type: 'OPTIONAL' },
    ],
    columnData: [
      { name: 'filename', data: [name!] },
      { name: 'objects', data: [[{ label: 'nose', bounding_box: [1n, 2n, 30n, 40n] }]] },
    ],
  })
  await s3.put('records/media.parquet', Buffer.from(bytes))
  assert.deepEqual((await addUri(dataset, 'records/media.parquet')).problems, [])
  const objects = await app.db.query(sql`
    select labels, bounding_box from items where dataset_id = ${dataset} and kind = 'OBJECT'`)
  assert.deepEqual(objects, [{ labels: ['nose'], bounding_box: [1, 2, 30, 40] }])
})

test('a folder and an upload: the embedding column of image_annotations', async () => {
  const dataset = await ready('annotations')
  const [one] = await put('folder/', 30, 31)
  await s3.put('folder/image_annotations.csv', `filename,label,embedding\n${one},a,"[3, 4]"\n`)
  await addUri(dataset, 'folder/')
  const sent = await emojiFiles(31, 33)
  const table = [
    'filename,label,Embedding',
    `${named(31)},a,"[6, 8]"`,
    `${named(31)},b,"[0, 1]"`, // the first counts
    `${named(32)},a,"[1]"`,
  ].join('\n')
  const task = await add(dataset, [...sent, { name: 'image_annotations.csv', bytes: table }])
  assert.deepEqual(problemsOf(task), [
    'image_annotations.csv line 4: The embedding has a length of 1, those of the dataset of 2; it was left out.',
  ])
  assert.deepEqual(await vectorsIn(dataset), { [one!]: [0.6, 0.8], [named(31)]: [0.6, 0.8] })
  assert.deepEqual(
    (await like(dataset, one!, 0.01)).map(([name]) => name).sort(),
    [one!, named(31)].toSorted(),
  )
})

test('a view watches by vectors that came with its anchor; a batch that brought none is no zero', async () => {
  const dataset = await ready('watched')
  const names = await put('watched/', 40, 45)
  await s3.put('watched/1.csv', `file,embedding\n${names[0]},"[1, 0]"`)
  await addUri(dataset, 'watched/1.csv')
  const saved = await user.api(
    `/dataset/${dataset}/views?${likeness(await mediaId(dataset, names[0]!), 0.2)}`,
    { method: 'POST', body: new URLSearchParams({ name: 'like it' }) },
  )
  assert.equal(saved.status, 200, await saved.clone().text())
  const { id } = (await saved.json()) as { id: string }
  const trend = async () =>
    ((await (await user.api(`/dataset/${dataset}/views/${id}/trend`)).json()) as any).points.map(
      ({ count }: { count: number }) => count,
    )
  await s3.put('watched/2.csv', `file,embedding\n${names[1]},"[9, 1]"\n${names[2]},"[0, 1]"\n${names[3]},`)
  await addUri(dataset, 'watched/2.csv')
  assert.deepEqual(await trend(), [1])
  const { notifications } = (await (await user.api(`/notifications?dataset_id=${dataset}`)).json()) as any
  const matches = (await (await user.api(`/notifications/${notifications[0].id}/matches`)).json()) as any
  assert.equal(matches.matches[0].reasons[0].score.toFixed(3), '0.994')

  await s3.put('watched/3.csv', `file\n${names[4]}`)
  await addUri(dataset, 'watched/3.csv')
  assert.deepEqual(await trend(), [1])
  const errors = await app.db.query<{ reason: string }>(
    sql`select reason from trend_errors where view_id = ${id}`,
  )
  assert.deepEqual(errors, [
    { reason: 'It compares vectors that come with media (client:2), and none came with this batch.' },
  ])
})

test('a listing that was cut off leaves no vector of its first attempt', async () => {
  const dataset = await ready('twice')
  const names = await put('twice/', 50, 52)
  await s3.put('twice/1.csv', `file,embedding\n${names[0]},"[1, 0]"\n${names[1]},"[0, 1]"`)
  const task = await addUri(dataset, 'twice/1.csv')
  // What a process that died in the middle would have left: rows, and the batch still to be listed.
  await app.db.query(sql`update batches set state = 'accepted' where id = ${task.batch_id}`)
  await app.db.query(sql`update items set state = 'pending' where batch_id = ${task.batch_id}`)
  await app.db.query(
    sql`update tasks set status = 'PENDING', end_time = null where batch_id = ${task.batch_id}`,
  )
  const again = await ended(user.api, `/tasks/${task.task_id}`)
  assert.equal(again.status, 'COMPLETED', again.error_message ?? '')
  assert.deepEqual(await vectorsIn(dataset), { [names[0]!]: [1, 0], [names[1]!]: [0, 1] })
})
