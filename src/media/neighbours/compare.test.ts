// Copies, odd ones and wrong labels among real pictures, from the upload to the explored dataset.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import sql from 'sql-template-tag'
import { testApp } from '../../../test/support/app.ts'
import { addMedia, emoji, ended, form, newDataset, picture } from '../../../test/support/media.ts'

const app = await testApp()
const user = await app.user()

interface Row {
  file_name: string
  id: string
  nearest_likeness: number
  nearest_id: string
  duplicates: number
  outliers: number | null
  mislabels: number | null
  label_outlier: number | null
  cluster_id: string | null
}
const rowsOf = async (datasetId: string): Promise<Map<string, Row>> =>
  new Map(
    (
      await app.db.query<Row>(sql`select * from items where dataset_id = ${datasetId} and kind = 'IMAGE'`)
    ).map(row => [row.file_name, row]),
  )

/** Of its first batch: those that may be of anything, and those that are of likeness alone. */
async function changesOf(datasetId: string): Promise<number[]> {
  const [row] = await app.db.query<{ others: number; likeness: number }>(sql`
    select coalesce(sum(changes) filter (where not likeness), 0) as others,
      coalesce(sum(changes) filter (where likeness), 0) as likeness
    from item_changes
    where batch_id = (select id from batches where dataset_id = ${datasetId} order by accepted_seq limit 1)`)
  return [row!.others, row!.likeness]
}

const add = async (dataset: string, files: { name: string; bytes: any }[], fields = {}) => {
  const answer = await addMedia(user.api, dataset, form(files, fields))
  const task = await ended(user.api, answer.headers.get('location')!)
  assert.equal(task.status, 'COMPLETED', JSON.stringify(task))
}

test('a copy is found when it comes in, by both; a reindex puts them into one cluster', async () => {
  const some = emoji.filter(one => one.category === 'Animals & Nature').slice(0, 30)
  const files = await Promise.all(
    some.map(async (one, i) => ({ name: `${i}.png`, bytes: await picture(one) })),
  )
  const dataset = await newDataset(user.api, 'copies', files)
  const [others, likeness] = await changesOf(dataset)
  const copied = await sharp(files[7]!.bytes)
    .flatten({ background: 'white' })
    .jpeg({ quality: 60 })
    .toBuffer()
  const other = emoji.find(one => one.short_name === 'checkered_flag')!
  await add(dataset, [
    { name: 'copy.jpg', bytes: copied },
    { name: 'flag.png', bytes: await picture(other) },
  ])
  const [othersNow, likenessNow] = await changesOf(dataset)
  assert.equal(othersNow, others, 'nothing else of the original is said to have changed')
  assert.ok(likenessNow! > likeness!)
  const rows = await rowsOf(dataset)
  const [original, copy, flag] = ['7.png', 'copy.jpg', 'flag.png'].map(name => rows.get(name)!) as [
    Row,
    Row,
    Row,
  ]
  assert.equal(copy.nearest_id, original.id)
  assert.equal(original.nearest_id, copy.id)
  assert.equal(original.nearest_likeness, copy.nearest_likeness)
  assert.ok(copy.duplicates > 0.5, `${copy.duplicates}`)
  assert.ok(flag.duplicates < 0.5 && flag.outliers! > copy.outliers!, JSON.stringify(flag))
  const detail = (await (await user.api(`/dataset/${dataset}/media/${copy.id}`)).json()) as any
  assert.deepEqual(detail.nearest, { media_id: original.id, likeness: copy.nearest_likeness })
  assert.equal(detail.issues.duplicates, copy.duplicates)

  const vql = encodeURIComponent('[{"duplicates": {"op": "duplicates", "value": 0.95}}]')
  const explored = (await (await user.api(`/explore/${dataset}?vql=${vql}`)).json()) as any
  const found = explored.clusters.flatMap((one: any) => one.previews.map((preview: any) => preview.file_name))
  assert.ok(found.includes('copy.jpg') && found.includes('7.png') && !found.includes('flag.png'), `${found}`)

  assert.equal((await user.api(`/dataset/${dataset}/reindex`, { method: 'POST' })).status, 202)
  await ended(user.api, await latestTask(dataset))
  const after = await rowsOf(dataset)
  assert.ok(after.get('copy.jpg')!.cluster_id)
  assert.equal(after.get('copy.jpg')!.cluster_id, after.get('7.png')!.cluster_id)
  assert.equal(after.get('flag.png')!.cluster_id, null)
})

test('what was deleted is nobody’s nearest, and hides nobody who is', async () => {
  const some = emoji.filter(one => one.category === 'Food & Drink').slice(0, 8)
  const files = await Promise.all(
    some.map(async (one, i) => ({ name: `${i}.png`, bytes: await picture(one) })),
  )
  const dataset = await newDataset(user.api, 'deleted', files)
  const copy = await sharp(files[3]!.bytes).flatten({ background: 'white' }).jpeg({ quality: 60 }).toBuffer()
  // More than the neighbours that one item is compared with, and each of them nearer to the next than its original is.
  const copies = Array.from({ length: 25 }, (_, i) => ({ name: `copy${i}.jpg`, bytes: copy }))
  const remove = async (path: string) =>
    assert.equal((await user.api(`/dataset/${dataset}/${path}`, { method: 'DELETE' })).status, 200)
  const alone = async () => {
    const { nearest_id, nearest_likeness, duplicates } = (await rowsOf(dataset)).get('3.png')!
    assert.deepEqual([nearest_id, nearest_likeness, duplicates], [null, null, null])
  }

  await add(dataset, copies, { auto_reindex: 'true' })
  assert.ok((await rowsOf(dataset)).get('3.png')!.duplicates > 0.5)
  const { batches } = (await (await user.api(`/dataset/${dataset}/batches`)).json()) as any
  await remove(`batches/${batches[0].batch_id}`)
  await alone()
  const tiles = await app.db.query(sql`select from vector_tiles where batch_id = ${batches[0].batch_id}`)
  assert.equal(tiles.length, 0, 'its vectors are gone')

  await add(dataset, copies, { auto_reindex: 'true' })
  for (const [name, { id }] of await rowsOf(dataset)) if (name.startsWith('copy')) await remove(`media/${id}`)
  await alone()
  await add(dataset, [{ name: 'new.jpg', bytes: copy }])
  const rows = await rowsOf(dataset)
  assert.equal(rows.get('new.jpg')!.nearest_id, rows.get('3.png')!.id)
  assert.equal(rows.get('3.png')!.nearest_id, rows.get('new.jpg')!.id)
})

test('a wrong label is outvoted by the neighbours', async () => {
  const plain = (background: string, i: number) =>
    sharp({ create: { width: 64, height: 64, channels: 3, background } })
      .composite([
        {
          input: {
            create: { width: 20 + (i % 5), height: 20, channels: 3, background: i % 2 ? 'black' : 'navy' },
          },
          left: 4 + i,
          top: 20,
        },
      ])
      .png()
      .toBuffer()
  const reds = await Promise.all(
    Array.from({ length: 24 }, async (_, i) => ({ name: `red${i}.png`, bytes: await plain('#d02020', i) })),
  )
  const blues = await Promise.all(
    Array.from({ length: 24 }, async (_, i) => ({ name: `blue${i}.png`, bytes: await plain('#20c0d0', i) })),
  )
  const label = (name: string) => (name === 'red5.png' ? 'blue' : name.replace(/\d+\.png/, ''))
  const annotations = [
    'filename,label',
    ...[...reds, ...blues].map(({ name }) => `${name},${label(name)}`),
  ].join('\n')
  const dataset = await newDataset(user.api, 'labels', [
    ...reds,
    ...blues,
    { name: 'image_annotations.csv', bytes: annotations },
  ] as any)
  const rows = [...(await rowsOf(dataset)).values()]
  const wrong = rows.filter(row => row.mislabels! >= 0.5).map(row => row.file_name)
  assert.deepEqual(wrong, ['red5.png'])
  assert.ok(rows.find(row => row.file_name === 'red5.png')!.label_outlier! > 0.8)
  assert.ok(rows.filter(row => row.label_outlier! > 0.8).length < 4)
})

test('an object has measures, a thumbnail and neighbours of its own', async () => {
  const dark = await sharp({ create: { width: 400, height: 300, channels: 3, background: 'white' } })
    .composite([
      {
        input: { create: { width: 100, height: 80, channels: 3, background: '#050505' } },
        left: 50,
        top: 40,
      },
    ])
    .png()
    .toBuffer()
  const boxes = 'filename,col_x,row_y,width,height,label\na.png,50,40,100,80,hole\na.png,500,40,10,10,nowhere'
  const dataset = await newDataset(user.api, 'objects', [
    { name: 'a.png', bytes: dark as any },
    { name: 'object_annotations.csv', bytes: boxes },
  ])
  const [hole, nowhere] = await app.db.query<any>(sql`
    select * from items where dataset_id = ${dataset} and kind = 'OBJECT' order by ordinal`)
  assert.ok(hole.dark > 0.9 && hole.state === 'ready', JSON.stringify(hole))
  assert.deepEqual([nowhere.state, nowhere.dark], ['failed', null])
  assert.match(nowhere.failure, /The box \[500, 40, 10, 10\] lies outside its picture/)
  const { problems } = (await (
    await user.api((await latestTask(dataset)).replace('/api/v1', ''))
  ).json()) as any
  assert.deepEqual(
    problems.map(({ problem }: any) => problem),
    [nowhere.failure],
  )
  assert.equal(hole.nearest_likeness, 0, 'the only object: unlike the picture it is on')
  const thumbnail = await user.api(`/media/${hole.id}/thumbnail`)
  const size = await sharp(Buffer.from(await thumbnail.arrayBuffer())).metadata()
  assert.deepEqual([size.width, size.height], [100, 80])
})

async function latestTask(dataset: string): Promise<string> {
  const [task] = await app.db.query<{ id: string }>(sql`
    select id from tasks where dataset_id = ${dataset} order by created_at desc limit 1`)
  return `/api/v1/tasks/${task!.id}`
}
