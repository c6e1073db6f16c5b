import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { fileStorage } from './storage.ts'

let root: string
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'belfry-storage-'))
})
after(() => rm(root, { recursive: true }))

test('what was put can be opened, measured and replaced', async () => {
  const storage = fileStorage(root)
  assert.deepEqual(await storage.put('items/a/0', Buffer.from('first')), { bytes: 5 })
  assert.deepEqual(await storage.put('items/a/0', Readable.from(['sec', 'ond!'])), { bytes: 7 })
  assert.equal(await text(await storage.open('items/a/0')), 'second!')
  assert.equal(await text(await storage.open('items/a/0', { start: 1, end: 4 })), 'eco')
  assert.equal(await storage.size('items/a/0'), 7)
})

test('a source that fails leaves what was there, and no temporary file', async () => {
  const storage = fileStorage(root)
  await storage.put('items/b/0', Buffer.from('old'))
  const failing = Readable.from(
    (function* () {
      yield 'new'
      throw new Error('cut')
    })(),
  )
  await assert.rejects(storage.put('items/b/0', failing), /cut/)
  assert.equal(await text(await storage.open('items/b/0')), 'old')
  assert.deepEqual(await readdir(join(root, 'items/b')), ['0'])
})

test('a slow disk holds the source back instead of filling the memory', async () => {
  const storage = fileStorage(root)
  const stored = () =>
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
  const before = stored()
  const chunk = Buffer.alloc(64 * 1024)
  let most = 0
  const source = Readable.from(
    (function* () {
      for (let n = 0; n < 1600; n++) {
        if (n % 20 === 0) most = Math.max(most, n * chunk.length - (stored() - before))
        yield chunk
      }
    })(),
    { objectMode: false },
  )
  const { bytes } = await storage.put('items/c/0', source)
  assert.equal(bytes, 100 * 2 ** 20)
  assert.ok(most < 10 * 2 ** 20, `${most} bytes were read ahead of the disk`)
})

test('moveIn takes the file over', async () => {
  const storage = fileStorage(root)
  const from = join(root, 'arrived.tmp')
  await writeFile(from, 'moved')
  await storage.moveIn('items/d/0', from)
  assert.equal(await text(await storage.open('items/d/0')), 'moved')
  assert.ok(!(await readdir(root)).includes('arrived.tmp'))
})

test('remove takes a key or everything below a prefix, and no neighbour', async () => {
  const storage = fileStorage(root)
  for (const key of ['x/1/0', 'x/1/1', 'x/10/0']) await storage.put(key, Buffer.from(key))
  await storage.remove('x/1')
  await storage.remove('x/absent')
  await assert.rejects(storage.open('x/1/0'), { code: 'ENOENT' })
  assert.equal(await storage.size('x/10/0'), 6)
})

test('what is no key is refused before the file system sees it', async () => {
  const storage = fileStorage(root)
  const bad = ['', '/etc/passwd', '../up', 'a/../b', 'a//b', 'a/', '.hidden', 'a\0b', 'a b', 'C:\\x', 'ü']
  for (const key of [...bad, 'x'.repeat(600)]) {
    await assert.rejects(storage.put(key, Buffer.from('x')), /is not a storage key/, key)
    await assert.rejects(storage.open(key), /is not a storage key/, key)
    await assert.rejects(async () => storage.remove(key), /is not a storage key/, key)
  }
})
