// A dataset out again, as the public documentation's script does it; and media taken out of it for good.
import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import sql from 'sql-template-tag'
import { testApp } from '../../../test/support/app.ts'
import { addMedia, emoji, emojiFiles, ended, form, newDataset, picture } from '../../../test/support/media.ts'
import { extract } from '../archive/archive.ts'
import { issueNames } from '../issue-names.ts'

const folder = await mkdtemp(join(tmpdir(), 'belfry-export-'))
const app = await testApp()
const user = await app.user('ann')
const dataset = await newDataset(user.api, 'Exported', await emojiFiles(0, 2))
const [first] = await emojiFiles(2, 3)
const sent = await addMedia(
  user.api,
  dataset,
  form(
    [
      { ...first!, name: `deep/${first!.name}` },
      ...(await emojiFiles(3, 5)),
      {
        name: 'image_annotations.csv',
        bytes: `filename,label,caption,site\n${first!.name},car,A car,north\n`,
      },
      {
        name: 'object_annotations.csv',
        bytes: `filename,col_x,row_y,width,height,label\n${first!.name},1,2,3,4,wheel\n${first!.name},900,2,3,4,wheel\n`,
      },
    ],
    { auto_reindex: 'true' },
  ),
)
const task = await ended(user.api, sent.headers.get('location')!)
assert.equal(task.status, 'COMPLETED')
await app.db.query(sql`
  update items set blur = 0.1, dark = 0, bright = 0.2, normal = 0.8, outliers = 0.2, duplicates = 0.75
  where dataset_id = ${dataset} and file_name = ${first!.name} and kind = 'IMAGE'`)
const batchId = task.batch_id
after(() => rm(folder, { recursive: true }))

const read = async (path: string): Promise<any> => (await user.api(path)).json()
/** The files of the export, by name. */
async function exported(query: string): Promise<Map<string, string>> {
  const asked = await read(`/dataset/${dataset}/export_context_async?${query}`)
  assert.deepEqual([asked.status, asked.download_uri, asked.entities_count], ['INIT', null, 5])
  const status = await read(`/dataset/${dataset}/export_status?export_task_id=${asked.id}`)
  assert.equal(status.status, 'COMPLETED')
  const answer = await fetch(`${app.url}${status.download_uri}`, {
    headers: { authorization: `Bearer ${user.token}` },
  })
  assert.match(answer.headers.get('content-disposition')!, /mine\.zip/)
  const path = join(folder, 'export.zip')
  await writeFile(path, Buffer.from(await answer.arrayBuffer()))
  const files = new Map<string, string>()
  const { faults } = await extract(path, async (name, body) => {
    files.set(
      name.path,
      name.path.endsWith('.json') ? await text(body) : await text(body.setEncoding('latin1')),
    )
  })
  assert.deepEqual(faults, [])
  return files
}

test('the document says all that is known', async () => {
  const files = await exported('file_name=mine.zip&export_format=json&include_images=False')
  assert.deepEqual([...files.keys()], ['metadata.json'])
  const { info, media_items } = JSON.parse(files.get('metadata.json')!)
  assert.deepEqual(
    [info.schema_version, info.dataset, info.exported_by, info.total_media_items, media_items.length],
    ['1.1', 'Exported', 'ann', 5, 5],
  )
  const name = `${emoji[2]!.short_name}.png`
  const { media_id, file_size, url, metadata_items, ...item } = media_items.find(
    (one: any) => one.file_name === name,
  )
  assert.deepEqual(item, {
    media_type: 'image',
    file_name: name,
    file_path: `deep/${name}`,
    height: 64,
    width: 64,
  })
  assert.match(file_size, /^[\d.]+KB$/)
  assert.equal(url, `/api/v1/media/${media_id}/original`)
  const of = (type: string) =>
    metadata_items.filter((one: any) => one.type === type).map((one: any) => one.properties)
  assert.deepEqual(
    of('image_label')
      .map((one: any) => one.category_name)
      .sort(),
    ['car', 'wheel'],
  )
  assert.deepEqual(of('caption'), [{ text: 'A car', source: 'User' }])
  // The other box lies outside of the picture.
  assert.deepEqual(
    of('object_label').map((one: any) => one.bbox),
    [[1, 2, 3, 4]],
  )
  assert.deepEqual(of('issue'), [{ issue_type: 'duplicates', confidence: 0.75 }])
  assert.deepEqual(of('custom_metadata'), [{ field_name: 'site', value: 'north' }])
})

test('with the pictures', async () => {
  const files = await exported('file_name=mine.zip&include_images=true')
  assert.equal(files.size, 6)
  const name = `images/deep/${emoji[2]!.short_name}.png`
  assert.deepEqual(Buffer.from(files.get(name)!, 'latin1'), await picture(emoji[2]!))
})

test('a format that is not written, an export that is not there', async () => {
  const path = `/dataset/${dataset}/export_context_async?file_name=x&export_format=parquet`
  assert.equal((await user.api(path)).status, 422)
  const absent = '11111111-1111-4111-8111-111111111111'
  assert.equal((await user.api(`/dataset/${dataset}/export_status?export_task_id=${absent}`)).status, 404)
})

test('media ids as CSV', async () => {
  const lines = (await (await user.api(`/dataset/${dataset}/export_media_id`)).text()).trim().split('\n')
  assert.equal(lines[0], 'filename,media_id')
  assert.equal(lines.length, 6)
})

test('the dataset in numbers', async () => {
  const stats = await read(`/dataset/${dataset}/stats`)
  assert.deepEqual([stats.n_images, stats.n_objects, stats.n_failed, stats.n_unlabelled], [5, 1, 0, 4])
  assert.deepEqual(stats.labels, [
    { label: 'wheel', count: 2 },
    { label: 'car', count: 1 },
  ])
  assert.ok(stats.bytes > 1000)
  for (const value of issueNames) {
    const vql = encodeURIComponent(JSON.stringify([{ issues: { op: 'issue', value } }]))
    const totals = ['IMAGES', 'OBJECTS'].map(
      async kind => (await read(`/explore/${dataset}?entity_type=${kind}&vql=${vql}`)).metadata.total,
    )
    const [images, objects] = await Promise.all(totals)
    assert.equal(stats.issues[value], images + objects, value)
  }
  assert.ok(stats.issues.duplicates > 0)
})

const stored = async () =>
  (await readdir(join(app.place.dataFolder, 'media'), { recursive: true, withFileTypes: true })).filter(
    entry => entry.isFile(),
  ).length

test('a picture, then its batch, leave with their rows and bytes; views keep what they counted', async () => {
  const before = await stored()
  const { clusters } = await read(`/explore/${dataset}?batch_id=${batchId}`)
  const { media_id } = clusters
    .flatMap((one: any) => one.previews)
    .find((one: any) => one.labels.includes('car'))
  const remove = (path: string) => user.api(`/dataset/${dataset}${path}`, { method: 'DELETE' })
  assert.equal((await remove(`/media/${media_id}`)).status, 200)
  assert.equal((await remove(`/media/${media_id}`)).status, 404)
  const one = await read(`/dataset/${dataset}`)
  assert.deepEqual([one.n_images, one.n_objects], [4, 0])
  assert.equal(await stored(), before - 3) // the picture, its thumbnail, and that of the object on it
  assert.equal((await remove(`/batches/${batchId}`)).status, 200)
  assert.equal((await read(`/dataset/${dataset}`)).n_images, 2)
  assert.equal(await stored(), before - 7)
  assert.equal((await remove(`/batches/${media_id}`)).status, 404)
})
