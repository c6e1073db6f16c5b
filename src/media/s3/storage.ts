// The storage that keeps media in a bucket. A put is whole or not there, as S3 has it; a stream, whose length nobody
// knows, waits in a file on this machine's disk until it has ended.
import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Storage, validKey } from '../storage.ts'
import { StoreFault } from './faults.ts'
import type { Objects } from './objects.ts'
import type { ObjectPlace } from './uri.ts'

export function s3Storage(
  objects: Objects,
  { bucket, key: prefix }: ObjectPlace,
  waitingFolder: string,
): Storage {
  const placeOf = (key: string): ObjectPlace => ({ bucket, key: `${prefix}${validKey(key)}` })

  const putFile = async (key: string, path: string): Promise<{ bytes: number }> => {
    const { size } = await stat(path)
    await objects.write(placeOf(key), () => createReadStream(path), size)
    return { bytes: size }
  }

  return {
    async put(key, source) {
      if (Buffer.isBuffer(source)) {
        await objects.write(placeOf(key), () => source, source.length)
        return { bytes: source.length }
      }
      placeOf(key) // what is no key is refused before anything is read
      await mkdir(waitingFolder, { recursive: true, mode: 0o700 })
      const waiting = join(waitingFolder, randomUUID())
      try {
        await pipeline(source, createWriteStream(waiting, { mode: 0o600 }))
        return await putFile(key, waiting)
      } finally {
        await rm(waiting, { force: true })
      }
    },
    async open(key, range) {
      const { body } = await objects.read(placeOf(key), { range }).catch(absent(key))
      return Readable.from(body, { objectMode: false })
    },
    async size(key) {
      const bytes = await objects.size(placeOf(key))
      return bytes ?? absent(key)(new StoreFault('it is not there', { passing: false, status: 404 }))
    },
    async moveIn(key, fromPath) {
      await putFile(key, fromPath)
      await rm(fromPath)
    },
    async remove(prefix) {
      const place = placeOf(prefix)
      const keys = [place.key]
      for await (const { key } of objects.list({ ...place, key: `${place.key}/` })) keys.push(key)
      await objects.remove(bucket, keys)
    },
  }
}

/** As the storage's interface names it. */
const absent = (key: string) => (error: unknown) => {
  if (!(error instanceof StoreFault) || error.status !== 404) throw error
  throw Object.assign(new Error(`'${key}' is not in storage.`, { cause: error }), { code: 'ENOENT' })
}
