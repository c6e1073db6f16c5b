// From an upload to a dataset that people can look at, through HTTP, with real pictures.
import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { create as createArchive } from 'tar'
import { testApp } from '../../test/support/app.ts'
import {
  addMedia,
  emoji,
  emojiFiles,
  ended,
  form,
  newDataset,
  picture,
  type SeenTask,
} from '../../test/support/media.ts'

const app = await testApp()
const user = await app.user()

const dataset = async (id: string) => {
  const { status_new, n_images, n_objects, fatal_error_msg } = (await (
    await user.api(`/dataset/${id}`)
  ).json()) as Record<'status_new' | 'fatal_error_msg', string> & Record<'n_images' | 'n_objects', number>
  return { status_new, n_images, n_objects, fatal_error_msg }
}

async function add(id: string, body: FormData): Promise<SeenTask> {
  const answer = await addMedia(user.api, id, body)
  assert.equal(answer.status, 202, await answer.clone().text())
  return ended(user.api, answer.headers.get('location')!)
}

test('pictures become a dataset, more are added, and a reindex makes it ready again', async () => {
  const id = await newDataset(user.api, 'Faces', await emojiFiles(0, 10))
  assert.deepEqual(await dataset(id), {
    status_new: 'READY',
    n_images: 10,
    n_objects: 0,
    fatal_error_msg: null,
  })

  const answer = await addMedia(user.api, id, form(await emojiFiles(10, 15)))
  assert.equal(answer.status, 202)
  assert.equal(await answer.text(), '')
  const task = await ended(user.api, answer.headers.get('location')!)
  assert.equal(task.status, 'COMPLETED')
  assert.equal(task.status_message, 'Added 5 media files')
  assert.equal(task.progress_percentage, 100)
  assert.equal(task.batch_id, answer.headers.get('x-batch-id'))
  assert.match(task.end_time!, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  assert.equal((await dataset(id)).status_new, 'PARTIAL INDEX')
  assert.equal((await dataset(id)).n_images, 15)

  const reindex = await user.api(`/dataset/${id}/reindex`, { method: 'POST' })
  assert.equal(reindex.status, 202)
  const reindexed = await ended(user.api, reindex.headers.get('location')!)
  assert.deepEqual([reindexed.task_type, reindexed.status], ['REINDEX', 'COMPLETED'])
  assert.equal((await dataset(id)).status_new, 'READY')
  assert.equal((await user.api(`/dataset/${id}/reindex`, { method: 'POST' })).status, 409)
})

test('auto_reindex goes through to READY, as clients spell true', async () => {
  const id = await newDataset(user.api, 'Auto', await emojiFiles(0, 1))
  assert.equal((await add(id, form(await emojiFiles(1, 2), { auto_reindex: 'True' }))).status, 'COMPLETED')
  assert.equal((await dataset(id)).status_new, 'READY')
  const odd = await addMedia(user.api, id, form(await emojiFiles(2, 3), { auto_reindex: 'perhaps' }))
  assert.equal(odd.status, 422)
})

test('annotations travel with their pictures: labels, captions, metadata, objects', async () => {
  const id = await newDataset(user.api, 'Annotated', await emojiFiles(0, 1))
  const [one] = await emojiFiles(1, 2)
  const task = await add(
    id,
    form([
      { ...one!, name: 'a/one.png' },
      {
        name: 'a/image_annotations.csv',
        bytes:
          'filename,label,caption,sensor\none.png,"[""round"",""face""]",A round face,7\nnone.png,x,y,1\n',
      },
      {
        name: 'a/object_annotations.csv',
        bytes: 'filename,col_x,row_y,width,height,label\none.png,4,5,20,10,eye\none.png,40,5,1e300,10,eye\n',
      },
    ]),
  )
  assert.equal(task.status, 'COMPLETED')
  assert.equal(task.status_message, 'Added 1 media file; see its problems (1)')
  assert.deepEqual(
    task.problems.map(({ subject }) => subject),
    ['a/image_annotations.csv line 3'],
  )
  const rows = await app.db.query(sql`
    select ordinal, kind, state, folder, file_name, labels, caption, metadata, bounding_box from items
    where batch_id = ${task.batch_id} order by ordinal`)
  const place = { state: 'ready', folder: 'a', file_name: 'one.png' }
  const object = { ...place, kind: 'OBJECT', labels: ['eye'], caption: null, metadata: {} }
  assert.deepEqual(rows, [
    {
      ...place,
      ordinal: 0,
      kind: 'IMAGE',
      labels: ['round', 'face', 'eye'],
      caption: 'A round face',
      metadata: { sensor: 7 },
      bounding_box: null,
    },
    { ...object, ordinal: 1, bounding_box: [4, 5, 20, 10] },
    { ...object, ordinal: 2, bounding_box: [40, 5, 1e300, 10] },
  ])
  assert.deepEqual([(await dataset(id)).n_images, (await dataset(id)).n_objects], [2, 2])
})

test('an archive is unpacked, with its annotations, and is not kept', async () => {
  const id = await newDataset(user.api, 'Archived', await emojiFiles(0, 1))
  const folder = await mkdtemp(join(tmpdir(), 'belfry-archive-'))
  for (const { name, bytes } of await emojiFiles(20, 40)) await writeFile(join(folder, name), bytes)
  await writeFile(
    join(folder, 'image_annotations.csv'),
    `filename,label\n${emoji[20]!.short_name}.png,first\n`,
  )
  const archive = `${folder}.tgz`
  await createArchive({ gzip: true, file: archive, cwd: folder }, ['.'])
  const bytes = (await readFile(archive)) as Buffer<ArrayBuffer>
  const task = await add(id, form([{ name: 'all.tgz', bytes }], {}, 'archive'))
  await Promise.all([rm(folder, { recursive: true }), rm(archive)])
  assert.deepEqual([task.status_message, task.problems], ['Added 20 media files', []])
  const labelled = await app.db.query(sql`
    select file_name from items where batch_id = ${task.batch_id} and labels = '{first}'`)
  assert.deepEqual(labelled, [{ file_name: `${emoji[20]!.short_name}.png` }])
  const uploads = join(app.place.dataFolder, 'media/uploads', id, task.batch_id)
  assert.deepEqual(await readdir(uploads, { recursive: true }).then(names => names.length), 1)
})

test('what cannot be read fails alone and is named, and the batch goes on', async () => {
  const id = await newDataset(user.api, 'Mixed', await emojiFiles(0, 1))
  const [good, cut] = await emojiFiles(1, 3)
  const task = await add(
    id,
    form([
      { name: 'notes.txt', bytes: 'not a picture' },
      good!,
      { name: 'cut.png', bytes: cut!.bytes.slice(0, 500) as never },
      { name: '../../etc/passwd.png', bytes: good!.bytes },
      { name: 'video.mp4', bytes: Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1') },
      { name: 'empty.png', bytes: '' },
    ]),
  )
  assert.equal(task.status, 'COMPLETED')
  assert.equal(task.status_message, 'Added 1 media file; see its problems (5)')
  assert.deepEqual(
    task.problems.map(({ subject }) => subject),
    ['../../etc/passwd.png', 'notes.txt', 'cut.png', 'video.mp4', 'empty.png'],
  )
  assert.equal(task.problems_total, 5)
  for (const { problem } of task.problems) assert.match(problem, /^[A-Z].*\.$/)
  assert.equal((await dataset(id)).n_images, 2)
})

test('a batch of which nothing can be read fails with a sentence, and its dataset is as before', async () => {
  const id = await newDataset(user.api, 'Nothing', await emojiFiles(0, 1))
  const bad = await add(id, form([{ name: 'notes.txt', bytes: 'not a picture' }]))
  assert.equal(bad.status, 'FAILED')
  assert.match(bad.error_message!, /^The only file could not be read/)
  assert.equal(bad.problems.length, 1)
  const onlyRows = await add(
    id,
    form([{ name: 'image_annotations.csv', bytes: 'filename,label\na.png,x\n' }]),
  )
  assert.match(onlyRows.error_message!, /^There are no media files in it/)
  assert.equal((await dataset(id)).status_new, 'READY')
})

test('a dataset whose first indexing fails shows why, and can be filled again', async () => {
  const { dataset_id: id } = (await (
    await user.api('/ingestion/new_dataset?dataset_name=Broken')
  ).json()) as {
    dataset_id: string
  }
  const attempt = async (files: Parameters<typeof form>[0]) => {
    const { trans_id } = (await (await user.api(`/ingestion/${id}/data_files`)).json()) as {
      trans_id: number
    }
    await user.api(`/ingestion/${id}/data_files/${trans_id}`, { method: 'POST', body: form(files) })
    const answer = await user.api(`/ingestion/${id}/process_files/${trans_id}`, { method: 'POST' })
    return ended(user.api, answer.headers.get('location')!)
  }
  await attempt([{ name: 'a.png', bytes: 'no' }])
  assert.equal((await dataset(id)).status_new, 'ERROR')
  assert.match((await dataset(id)).fatal_error_msg, /could not be read/)
  const refused = await addMedia(user.api, id, form(await emojiFiles(0, 1)))
  assert.equal(refused.status, 400)
  assert.equal((await attempt(await emojiFiles(0, 2))).status, 'COMPLETED')
  assert.deepEqual(await dataset(id), {
    status_new: 'READY',
    n_images: 2,
    n_objects: 0,
    fatal_error_msg: null,
  })
})

test('the picture and its thumbnail are served to members only, and can run nothing', async () => {
  const id = await newDataset(user.api, 'Served', [{ name: "ö 'x'.png", bytes: await picture(emoji[3]!) }])
  const [item] = await app.db.query<{ id: string }>(sql`select id from items where dataset_id = ${id}`)
  const original = await user.api(`/media/${item!.id}/original`)
  assert.equal(original.headers.get('content-type'), 'image/png')
  assert.equal(original.headers.get('x-content-type-options'), 'nosniff')
  assert.match(original.headers.get('content-security-policy')!, /sandbox/)
  assert.match(
    original.headers.get('content-disposition')!,
    /^inline; filename\*=UTF-8''%C3%B6%20%27x%27\.png$/,
  )
  assert.deepEqual(Buffer.from(await original.arrayBuffer()), await picture(emoji[3]!))
  const again = await user.api(`/media/${item!.id}/original`, {
    headers: { 'if-none-match': original.headers.get('etag')! },
  })
  assert.equal(again.status, 304)
  const thumbnail = await user.api(`/media/${item!.id}/thumbnail`)
  assert.equal(thumbnail.headers.get('content-type'), 'image/jpeg')
  assert.equal(Buffer.from(await thumbnail.arrayBuffer()).toString('hex', 0, 3), 'ffd8ff')
  const detail = (await (await user.api(`/dataset/${id}/media/${item!.id}`)).json()) as Record<
    string,
    unknown
  >
  assert.deepEqual([detail.width, detail.height, detail.format], [64, 64, 'png'])

  const stranger = await app.user()
  for (const path of [
    `/media/${item!.id}/original`,
    `/media/${item!.id}/thumbnail`,
    `/dataset/${id}/media/${item!.id}`,
  ])
    assert.equal((await stranger.api(path)).status, 404, path)
})

test('a thumbnail that version 0.1 wrote, a WebP, is served on and goes with its picture', async () => {
  const id = await newDataset(user.api, 'Older', await emojiFiles(0, 1))
  const [item] = await app.db.query<{ id: string; batch_id: string }>(sql`
    select id, batch_id from items where dataset_id = ${id}`)
  const folder = join(app.place.dataFolder, 'media/thumbs', id, item!.batch_id)
  await rm(join(folder, '0.jpeg'))
  await writeFile(join(folder, '0.webp'), 'as it was')
  const thumbnail = await user.api(`/media/${item!.id}/thumbnail`)
  assert.equal(thumbnail.headers.get('content-type'), 'image/webp')
  assert.equal(await thumbnail.text(), 'as it was')
  assert.equal((await user.api(`/dataset/${id}/media/${item!.id}`, { method: 'DELETE' })).status, 200)
  assert.deepEqual(await readdir(folder), [])
})

test('a deleted dataset takes its bytes along', async () => {
  const id = await newDataset(user.api, 'Gone', await emojiFiles(0, 2))
  const stored = async () =>
    (await readdir(join(app.place.dataFolder, 'media'), { recursive: true })).filter(name =>
      name.includes(id),
    )
  assert.ok((await stored()).length > 4)
  assert.equal((await user.api(`/dataset/${id}`, { method: 'DELETE' })).status, 200)
  assert.deepEqual(await stored(), [])
})
