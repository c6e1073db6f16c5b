// Vectors that come with media: from manifests and folders of a bucket, and from annotation files.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parquetWriteBuffer } from 'hyparquet-writer'
import sql from 'sql-template-tag'
import {
  add,
  addUri,
  app,
  like,
  mediaId,
  named,
  problemsOf,
  put,
  ready,
  s3,
  user,
  vectorsIn,
} from '../../../test/support/brought.ts'
import { emojiFiles, ended } from '../../../test/support/media.ts'

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
