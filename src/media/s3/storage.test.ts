// The storage in a bucket keeps the promises of the one in a folder, and the whole path works on it.
import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { testApp } from '../../../test/support/app.ts'
import { x, zip } from '../../../test/support/archives.ts'
import { addMedia, emoji, emojiFiles, ended, form, newDataset, picture } from '../../../test/support/media.ts'
import { startS3 } from '../../../test/support/s3.ts'
import { readConfig } from '../../config.ts'
import { openSources } from '../sources/source.ts'
import { s3Storage } from './storage.ts'

const s3 = await startS3()
const waiting = await mkdtemp(join(tmpdir(), 'belfry-waiting-'))
const storage = s3Storage(s3.objects, { bucket: 'storage', key: 'unit/' }, waiting)
after(() => rm(waiting, { recursive: true }))

test('what was put can be opened, measured and replaced', async () => {
  assert.deepEqual(await storage.put('items/a/0', Buffer.from('first')), { bytes: 5 })
  assert.deepEqual(await storage.put('items/a/0', Readable.from(['sec', 'ond!'])), { bytes: 7 })
  assert.equal(await text(await storage.open('items/a/0')), 'second!')
  assert.equal(await text(await storage.open('items/a/0', { start: 1, end: 4 })), 'eco')
  assert.equal(await storage.size('items/a/0'), 7)
  assert.deepEqual(await readdir(waiting), [])
})

test('a source that fails leaves what was there, and no temporary file', async () => {
  await storage.put('items/b/0', Buffer.from('old'))
  const failing = Readable.from(
    (function* () {
      yield 'new'
      throw new Error('cut')
    })(),
  )
  await assert.rejects(storage.put('items/b/0', failing), /cut/)
  assert.equal(await text(await storage.open('items/b/0')), 'old')
  assert.deepEqual(await readdir(waiting), [])
})

test('moveIn takes the file over; what is absent is ENOENT; what is no key is refused', async () => {
  const from = join(waiting, 'arrived')
  await writeFile(from, 'moved')
  await storage.moveIn('items/d/0', from)
  assert.equal(await text(await storage.open('items/d/0')), 'moved')
  assert.deepEqual(await readdir(waiting), [])
  await assert.rejects(storage.open('absent'), { code: 'ENOENT' })
  await assert.rejects(storage.size('absent'), { code: 'ENOENT' })
  await assert.rejects(storage.put('../up', Buffer.from('x')), /is not a storage key/)
})

test('remove takes a key or everything below a prefix, and no neighbour', async () => {
  for (const key of ['x/1/0', 'x/1/1', 'x/10/0']) await storage.put(key, Buffer.from(key))
  await storage.remove('x/1')
  await storage.remove('x/absent')
  await assert.rejects(storage.open('x/1/0'), { code: 'ENOENT' })
  assert.equal(await storage.size('x/10/0'), 6)
})

test('the bucket that media are kept in is no source, whatever the settings allow', async () => {
  const { s3: settings } = readConfig({ ...s3.env, BELFRY_S3_BUCKETS: '*' })
  await storage.put('items/e/0.png', Buffer.from('of another dataset'))
  const sources = openSources(settings, 'storage')
  await assert.rejects(
    sources.require('s3://storage/unit/items/e/0.png', null, () => {}),
    { code: 'invalidS3Uri' },
  )
  await openSources(settings).require('s3://storage/unit/items/e/0.png', null, () => {})
})

test('the whole path: files, an archive, a bucket, their bytes back, and nothing left of a deleted dataset', async () => {
  const app = await testApp({ env: { ...s3.env, BELFRY_STORAGE: 's3://storage/whole' } })
  const { api } = await app.user()
  const dataset = await newDataset(api, 'Whole', await emojiFiles(0, 2))
  const one = await picture(emoji[2]!)
  const archive = zip([
    { name: 'deep/one.png', data: one, stored: true },
    { name: 'x.png', data: x, stored: true },
  ]) as Buffer<ArrayBuffer>
  await s3.put('store/three.png', await picture(emoji[3]!))
  for (const body of [
    form([{ name: 'a.zip', bytes: archive }], {}, 'archive'),
    form([], { s3_uri: 's3://media/store/' }),
  ]) {
    const task = await ended(api, (await addMedia(api, dataset, body)).headers.get('location')!)
    assert.equal(task.status, 'COMPLETED', JSON.stringify(task))
  }
  const explore = await api(
    `/explore/${dataset}?vql=${encodeURIComponent('[{"files":{"op":"one_of","value":["one.png"]}}]')}`,
  )
  const { clusters } = (await explore.json()) as { clusters: { previews: { media_uri: string }[] }[] }
  const bytes = await api(clusters[0]!.previews[0]!.media_uri.replace('/api/v1', ''))
  assert.deepEqual(Buffer.from(await bytes.arrayBuffer()), one)
  assert.ok((await s3.keys('whole/', 'storage')).length >= 8)
  assert.equal((await api(`/dataset/${dataset}`, { method: 'DELETE' })).status, 200)
  assert.deepEqual(await s3.keys('whole/', 'storage'), [])
})
