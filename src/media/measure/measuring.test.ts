import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import { visualEmbedder } from '../../vectors/visual.ts'
import { measuringThreads, Unreadable } from './measure.ts'
import { type Measuring, startMeasuring } from './measuring.ts'

let folder: string
let measuring: Measuring
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-measuring-'))
  measuring = startMeasuring()
})
after(async () => {
  await measuring.close()
  await rm(folder, { recursive: true })
})

async function file(name: string, colour = 'red'): Promise<string> {
  const path = join(folder, name)
  const picture = sharp({ create: { width: 300, height: 200, channels: 3, background: colour } })
  await writeFile(path, await picture.jpeg().toBuffer())
  return path
}
const { id } = visualEmbedder
/** Every thread has answered what it was asked before. */
const caughtUp = async (other: string) => {
  await Promise.all(Array.from({ length: 2 * measuringThreads }, () => measuring.picture(other, id)))
}

test('what was measured ahead is there once, though its file is gone', async () => {
  const [path, other] = [await file('ahead.jpg'), await file('other.jpg', 'blue')]
  const expected = await measuring.picture(path, id)
  measuring.ahead(path, id)
  await caughtUp(other)
  await rm(path)
  assert.deepEqual(await measuring.picture(path, id), expected)
  await assert.rejects(measuring.picture(path, id), { code: 'ENOENT' })
})

test('what could not be measured ahead is measured when it is asked for', async () => {
  const [path, other] = [join(folder, 'late.jpg'), await file('another.jpg')]
  measuring.ahead(path, id)
  await caughtUp(other)
  await file('late.jpg')
  assert.equal((await measuring.picture(path, id)).width, 300)
  await writeFile(path, 'no picture')
  measuring.ahead(path, id)
  await assert.rejects(measuring.picture(path, id), Unreadable)
})

test('pixels for another model are not held', async () => {
  const [path, other] = [await file('pixels.jpg'), await file('third.jpg')]
  measuring.ahead(path, 'another model')
  await caughtUp(other)
  await rm(path)
  await assert.rejects(measuring.picture(path, 'another model'), { code: 'ENOENT' })
})

test('a thread that starts leaves alone which formats the process decodes: others are decoding', async () => {
  const png = join(folder, 'plain.png')
  await sharp({ create: { width: 30, height: 20, channels: 3, background: 'red' } }).toFile(png)
  const starting = startMeasuring()
  sharp.block({ operation: ['VipsForeignLoadPng'] })
  try {
    await assert.rejects(starting.picture(png, id), Unreadable)
  } finally {
    sharp.unblock({ operation: ['VipsForeignLoadPng'] })
  }
  assert.equal((await starting.picture(png, id)).width, 30)
  await starting.close()
})
