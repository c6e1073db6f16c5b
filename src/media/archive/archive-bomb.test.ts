// A gigabyte in a megabyte: what is written and what the memory grows by stay small.
import assert from 'node:assert/strict'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { after, before, test } from 'node:test'
import { crc32, createDeflateRaw, createGzip } from 'node:zlib'
import { tar, tarHeader, x, zip } from '../../../test/support/archives.ts'
import { fileStorage } from '../storage.ts'
import { type ArchiveLimits, archiveLimits, extract } from './archive.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-bomb-'))
})
after(() => rm(folder, { recursive: true }))
let made = 0

test('a gigabyte of zeros in a zip of a megabyte stops early, and the next file is taken', async () => {
  const packed = await deflatedZeros(2 ** 30)
  assert.ok(packed.data.length < 1.1 * 2 ** 20)
  const bomb = zip([
    {
      name: 'bomb.jpg',
      stored: true,
      data: packed.data,
      claims: { method: 8, size: 2 ** 30, crc: packed.crc },
    },
    { name: 'a.jpg' },
  ])
  const { outcome, written, grown } = await intoStorage(bomb, { maxEntryBytes: 2 ** 31 })
  assert.ok(written <= 110 * 2 ** 20 && written > 2 ** 20, `${written} bytes were unpacked`)
  assert.ok(grown < 100 * 2 ** 20, `memory grew by ${grown}`)
  assert.deepEqual(
    outcome.faults.map(({ subject }) => subject),
    ['bomb.jpg'],
  )
  assert.match(outcome.faults[0]!.problem, /unpacks to far more/)
  assert.equal(outcome.entries, 1)
  const byDefault = await intoStorage(bomb)
  assert.equal(byDefault.written, 1, 'what is said to be too large is not even begun')
})

test('a gigabyte of zeros in a tar.gz stops the archive early', async () => {
  const path = join(folder, 'bomb.tar.gz')
  const parts = function* () {
    yield tar([{ path: 'a.jpg', data: x }]).subarray(0, 1024)
    yield tarHeader({ path: 'bomb.jpg', size: 2 ** 29 })
    for (let n = 0; n < 512; n++) yield Buffer.alloc(2 ** 20)
    yield Buffer.alloc(1024)
  }
  await pipeline(Readable.from(parts()), createGzip(), createWriteStream(path))
  assert.ok((await stat(path)).size < 2 ** 20)
  const { outcome, written, grown } = await intoStorage(path)
  assert.ok(written < 60 * 2 ** 20, `${written} bytes were unpacked`)
  assert.ok(grown < 100 * 2 ** 20, `memory grew by ${grown}`)
  assert.equal(outcome.entries, 1)
  assert.match(outcome.faults.at(-1)!.problem, /unpacks to far more/)
})

/** Unpacks into a real storage and watches the memory. */
async function intoStorage(archive: Buffer | string, limits: Partial<ArchiveLimits> = {}) {
  const root = join(folder, `storage-${made++}`)
  const storage = fileStorage(root)
  let path = archive
  if (typeof path !== 'string') {
    path = `${root}.zip`
    await writeFile(path, archive)
  }
  const before = process.memoryUsage().rss
  let most = before
  let written = 0
  let ordinal = 0
  const outcome = await extract(
    path,
    (_, body) => {
      const watched = Readable.from(
        (async function* () {
          for await (const chunk of body) {
            written += chunk.length
            most = Math.max(most, process.memoryUsage.rss())
            yield chunk
          }
        })(),
        { objectMode: false },
      )
      return storage.put(`items/${ordinal++}`, watched)
    },
    { limits: { ...archiveLimits, ...limits } },
  )
  return { outcome, written, grown: most - before }
}

async function deflatedZeros(bytes: number) {
  const block = Buffer.alloc(2 ** 20)
  let crc = 0
  const blocks = function* () {
    for (let left = bytes; left > 0; left -= block.length) {
      crc = crc32(block, crc)
      yield block
    }
  }
  const data = await buffer(Readable.from(blocks()).pipe(createDeflateRaw()))
  return { data, crc }
}
