// Media from a bucket: folders, single objects, manifests, against a real S3-compatible server.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { testApp } from '../../../test/support/app.ts'
import { addMedia, emoji, emojiFiles, ended, form, newDataset, picture } from '../../../test/support/media.ts'
import { bucket, startS3 } from '../../../test/support/s3.ts'

const s3 = await startS3()
const app = await testApp({ env: s3.env })
const user = await app.user()
const dataset = await newDataset(user.api, 'Bucket', await emojiFiles(0, 1))

const putEmoji = async (folder: string, from: number, to: number): Promise<string[]> =>
  Promise.all(
    emoji.slice(from, to).map(async one => {
      await s3.put(`${folder}${one.short_name}.png`, await picture(one))
      return `${one.short_name}.png`
    }),
  )

async function add(uri: string, into = dataset) {
  const answer = await addMedia(user.api, into, form([], { s3_uri: uri, auto_reindex: 'true' }))
  assert.equal(answer.status, 202, await answer.clone().text())
  return ended(user.api, answer.headers.get('location')!)
}

const refusal = async (uri: string, fields = {}) => {
  const answer = await addMedia(user.api, dataset, form([], { s3_uri: uri, ...fields }))
  return [answer.status, ((await answer.json()) as { detail: string }).detail]
}

interface Item {
  file_name: string
  folder: string
  labels: string[]
  caption: string | null
  metadata: Record<string, unknown>
  state: string
  source_uri: string
  tags: string[]
  has_bytes: boolean
}
const itemsOf = (batchId: string): Promise<Item[]> =>
  app.db.query<Item>(sql`
    select file_name, folder, labels, caption, metadata, state, source_uri, storage_key is not null as has_bytes,
           array(select name from tags where tags.id = any(tag_ids) order by name) as tags
    from items where batch_id = ${batchId} and kind = 'IMAGE' order by ordinal`)

test('a folder: its media with their folders and annotations, the rest left out by name', async () => {
  const names = await putEmoji('street/day/', 1, 4)
  await s3.put('street/image_annotations.csv', `filename,label,site\nday/${names[0]},cat,north\n`)
  await s3.put('street/notes.md', 'not a picture')
  await s3.put('streetwise/other.png', 'a neighbour whose name begins alike')
  const task = await add(`s3://${bucket}/street`) // without its last slash
  assert.equal(task.status, 'COMPLETED')
  assert.equal(task.status_message, 'Added 3 media files; see its problems (1)')
  assert.match(task.problems[0]!.problem, /^One object is neither media nor an annotation file/)
  const items = await itemsOf(task.batch_id)
  assert.deepEqual(items.map(item => item.file_name).sort(), names.toSorted())
  assert.ok(items.every(item => item.folder === 'day' && item.has_bytes))
  const first = items.find(item => item.file_name === names[0])!
  assert.deepEqual([first.labels, first.metadata], [['cat'], { site: 'north' }])
  assert.equal(first.source_uri, `s3://${bucket}/street/day/${names[0]}`)
})

test('the same folder again takes only what is new', async () => {
  await putEmoji('growing/', 5, 7)
  assert.equal((await add(`s3://${bucket}/growing/`)).status_message, 'Added 2 media files')
  await putEmoji('growing/', 7, 8)
  const again = await add(`s3://${bucket}/growing/`)
  assert.equal(again.status_message, 'Added 1 media file; 2 were there already')
  const nothing = await add(`s3://${bucket}/growing/`)
  assert.deepEqual(
    [nothing.status, nothing.status_message],
    ['COMPLETED', 'Added 0 media files; 3 were there already'],
  )
})

test('one object', async () => {
  const [name] = await putEmoji('single/', 8, 10)
  const task = await add(`s3://${bucket}/single/${name}`)
  assert.deepEqual(
    (await itemsOf(task.batch_id)).map(item => item.file_name),
    [name],
  )
})

test('a CSV manifest: relative and s3:// paths, labels, caption, tags, metadata; bad rows are named', async () => {
  const names = await putEmoji('listed/pictures/', 10, 13)
  await s3.put(
    'listed/media.csv',
    [
      'path,labels,caption,tags,speed,taken,embedding',
      `pictures/${names[0]},"[""car"", ""night""]",A car at night,"['night shift', 'to do']",12.5,2026-03-31,"[0.1, 0.2]"`,
      `s3://${bucket}/listed/pictures/${names[1]},dog,,to do,,,`,
      `./pictures/${names[2]},,,,,,`,
      `pictures/${names[0]},again,,,,,`,
      '../outside.png,,,,,,',
      's3://private/secret.png,,,,,,',
      'pictures/missing.png,,,,,,',
      'http://169.254.169.254/latest/meta-data/,,,,,,',
    ].join('\n'),
  )
  await s3.put('secret.png', await picture(emoji[20]!), 'private')
  const task = await add(`s3://${bucket}/listed/media.csv`)
  assert.equal(task.status, 'COMPLETED', task.error_message ?? '')
  const items = await itemsOf(task.batch_id)
  const ready = items.filter(item => item.state === 'ready')
  assert.deepEqual(
    ready.map(({ file_name, folder, labels, caption, metadata, tags }) => ({
      file_name,
      folder,
      labels,
      caption,
      metadata,
      tags,
    })),
    [
      {
        file_name: names[0],
        folder: 'pictures',
        labels: ['car', 'night'],
        caption: 'A car at night',
        metadata: { speed: 12.5, taken: '2026-03-31T00:00:00.000000' },
        tags: ['night shift', 'to do'],
      },
      {
        file_name: names[1],
        folder: 'pictures',
        labels: ['dog'],
        caption: null,
        metadata: {},
        tags: ['to do'],
      },
      { file_name: names[2], folder: 'pictures', labels: [], caption: null, metadata: {}, tags: [] },
    ],
  )
  const problems = task.problems.map(({ subject, problem }) => `${subject}: ${problem}`).join('\n')
  for (const expected of [
    /media\.csv line 5: .* was listed before/,
    /media\.csv line 6: The name leaves its folder/,
    /secret\.png: Its bucket is not one/,
    /missing\.png: The bucket has no such object/,
  ])
    assert.match(problems, expected)
  assert.equal(items.filter(item => item.source_uri.includes('secret')).length, 0)
})

test('objects of a manifest: boxes are items with measures, bad ones are named', async () => {
  const names = await putEmoji('boxes/', 60, 63)
  const cells = [
    [
      { label: 'eye', bounding_box: [10, 10, 20, 20] },
      { label: ' mouth ', bounding_box: [0, 30, 64, 20.5] },
      { label: 'nothing', bounding_box: [0, 0, 0, 5] },
      { label: 'half', bounding_box: [0, 0, 5] },
    ],
    'all of it',
    [],
  ]
  const quoted = (cell: unknown) => `"${JSON.stringify(cell).replaceAll('"', '""')}"`
  await s3.put(
    'boxes/media.csv',
    ['file,label,objects', ...names.map((name, i) => `${name},face,${quoted(cells[i])}`)].join('\n'),
  )
  const task = await add(`s3://${bucket}/boxes/media.csv`)
  assert.equal(task.status_message, 'Added 3 media files; see its problems (3)')
  assert.deepEqual(
    task.problems.map(({ subject, problem }) => `${subject}: ${problem}`),
    [
      'media.csv line 2: Object 3 was left out: The box is empty: 0 × 5.',
      'media.csv line 2: Object 4 cannot be read and was left out; write [{"label": "car", "bounding_box": [x, y, width, height]}].',
      'media.csv line 3: The column objects is no list and was left out; write [{"label": "car", "bounding_box": [x, y, width, height]}].',
    ],
  )
  const items = await app.db.query(sql`
    select ordinal, kind, labels, bounding_box, blur is not null as measured,
           parent_id is not distinct from (select id from items i where i.batch_id = items.batch_id and ordinal = 0) as on_first
    from items where batch_id = ${task.batch_id} order by ordinal`)
  const picture = { kind: 'IMAGE', bounding_box: null, measured: true, on_first: false }
  const object = { kind: 'OBJECT', measured: true, on_first: true }
  assert.deepEqual(items, [
    { ...picture, ordinal: 0, labels: ['face', 'eye', 'mouth'] },
    { ...object, ordinal: 1, labels: ['eye'], bounding_box: [10, 10, 20, 20] },
    { ...object, ordinal: 2, labels: ['mouth'], bounding_box: [0, 30, 64, 20.5] },
    { ...picture, ordinal: 3, labels: ['face'] },
    { ...picture, ordinal: 4, labels: ['face'] },
  ])
})

test('a list of lines', async () => {
  const names = await putEmoji('lines/', 14, 16)
  await s3.put('lines/all.txt', `\uFEFF${names[0]}\r\n\r\ns3://${bucket}/lines/${names[1]}\n`)
  const task = await add(`s3://${bucket}/lines/all.txt`)
  assert.equal(task.status_message, 'Added 2 media files')
})

test('what is no source of media is refused, in the documented words, and never asked for elsewhere', async () => {
  await s3.put('docs/readme.md', 'no media here')
  for (const uri of [
    'nonsense',
    's3://',
    's3://media',
    `s3://${bucket}/nowhere/`,
    `s3://${bucket}/docs/`,
    `s3://${bucket}/nowhere.csv`,
    `s3://${bucket}/../private/`,
    's3://private/',
    's3://absent/folder/',
    'https://example.com/a.png',
    's3://169.254.169.254/latest/',
    's3://localhost:1/x/',
    `s3://user@${bucket}/x/`,
    'file:///etc/passwd',
  ].filter(uri => uri !== 's3://media'))
    assert.deepEqual(await refusal(uri), [400, `Invalid S3 URI or no media files found at ${uri}`], uri)
  assert.deepEqual(await refusal(`s3://${bucket}/street/`, { assume_role: 'arn:aws:iam::1:role/x' }), [
    403,
    "The role 'arn:aws:iam::1:role/x' may not be assumed here; its ARN must be in BELFRY_S3_ROLES.",
  ])
})

test('a dataset made of a bucket', async () => {
  await putEmoji('whole/', 16, 19)
  const made = await user.api('/dataset', {
    method: 'POST',
    body: form([], { dataset_name: 'Whole', bucket_path: `${bucket}/whole` }),
  })
  const { dataset_id } = (await made.json()) as { dataset_id: string }
  const { tasks } = (await (await user.api(`/tasks?dataset_id=${dataset_id}`)).json()) as {
    tasks: { task_id: string }[]
  }
  const task = await ended(user.api, `/tasks/${tasks[0]!.task_id}`)
  assert.deepEqual([task.task_type, task.status], ['DATASET_CREATION', 'COMPLETED'])
  const shown = (await (await user.api(`/dataset/${dataset_id}`)).json()) as Record<string, unknown>
  assert.deepEqual([shown.status_new, shown.n_images, shown.source_type], ['READY', 3, 'S3'])

  const refused = await user.api('/dataset', {
    method: 'POST',
    body: form([], { dataset_name: 'Nothing', bucket_path: 's3://private/x/' }),
  })
  assert.deepEqual(
    [refused.status, await refused.json()],
    [400, { detail: 'Invalid S3 URI or no media files found at s3://private/x/' }],
  )
})

test('a listing of several pages', async () => {
  const one = await picture(emoji[0]!)
  const keys = Array.from({ length: 1_005 }, (_, i) => `pages/${String(i).padStart(4, '0')}.png`)
  await Promise.all(keys.map(key => s3.put(key, one)))
  const found: string[] = []
  for await (const { key } of s3.objects.list({ bucket, key: 'pages/' })) found.push(key)
  assert.deepEqual(found, keys)
})
