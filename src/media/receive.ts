// Takes an upload in: every file goes from the socket to storage as a stream, within bounds, and is durable before
// the request is answered. An upload that fails or is cut leaves nothing behind.
import { randomUUID } from 'node:crypto'
import type { MultipartFile } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { Problem, problems } from '../lib/problems.ts'
import type { Upload } from './batches.ts'
import { headBytes, pictureFormat } from './measure/formats.ts'
import { safePath, shown } from './names.ts'
import { readSmall } from './read-small.ts'
import { isFull, type Storage } from './storage.ts'

export interface Received {
  /** The last value of each text field. */
  fields: Map<string, string>
  files: (Omit<Upload, 'ordinal'> & { field: string })[]
  /** Removes what was stored. */
  discard: () => Promise<void>
}

/** More are better sent as an archive, or in several requests. */
export const maxFilesPerRequest = 20_000
/** The documented form has fewer than ten. */
const maxFields = 64
const maxFieldBytes = 64 * 2 ** 10
/** Each waits for the disk, not the processor, so more than there are cores. */
const maxStoredAtOnce = 8
/** Files up to this size are written in one piece; at most 8 MiB together. */
const smallBytes = 2 ** 20
/** A client that sends nothing for so long will not come back. */
const silenceTimeoutMs = 120_000
/** How long a refused client may still send, so that it reads the refusal instead of a broken connection. */
const drainTimeoutMs = 5_000

const fileFields = new Map([
  ['files', 'files'],
  ['files[]', 'files'],
  ['archive', 'archive'],
])

interface Receiving {
  storage: Storage
  folder: string
  maxBytes: number
  /** Hears the key of each small picture once it is stored. */
  arrived: (key: string) => void
}

/** Stores the files under `<folder>/…`. Throws 400 for a broken body and 413 for what is beyond a limit. */
export async function receive(
  request: FastifyRequest,
  { storage, folder, maxBytes, arrived }: Receiving,
): Promise<Received> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw problems.tooLarge('upload', maxBytes)
  const prefix = `${folder}/${randomUUID()}`
  const discard = () => storage.remove(prefix)
  const received: Received = { fields: new Map(), files: [], discard }
  if (!request.isMultipart()) {
    for (const [name, value] of Object.entries((request.body ?? {}) as object))
      received.fields.set(name, String(value))
    return received
  }

  const trouble = Promise.withResolvers<never>()
  trouble.promise.catch(() => {})
  let bytes = 0
  request.raw.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > maxBytes) trouble.reject(problems.tooLarge('upload', maxBytes))
  })

  request.raw.setTimeout(silenceTimeoutMs, () => request.raw.destroy())
  const storing = new Set<Promise<unknown>>()
  let current: MultipartFile | undefined
  const store = (part: MultipartFile) => {
    current = part
    const file = { field: fileFields.get(part.fieldname)!, ...nameOf(part.filename) }
    const slot = received.files.push({ ...file, bytes: 0, storage_key: null }) - 1
    if (file.refusal !== null) return part.file.resume()
    const key = `${prefix}/${slot}`
    const stored: Promise<unknown> = readSmall(part.file, smallBytes)
      .then(async source => {
        const { bytes } = await storage.put(key, source)
        received.files[slot] = { ...file, bytes, storage_key: key }
        if (Buffer.isBuffer(source) && 'format' in pictureFormat(source.subarray(0, headBytes))) arrived(key)
      })
      .then(
        () => storing.delete(stored),
        error => trouble.reject(error),
      )
    storing.add(stored)
  }

  try {
    const parts = request.parts({
      preservePath: true, // a folder upload sends `folder/picture.png`
      limits: {
        files: maxFilesPerRequest,
        parts: maxFilesPerRequest + maxFields,
        fields: maxFields,
        fieldSize: maxFieldBytes,
        fileSize: maxBytes,
      },
    })
    for (;;) {
      const { value: part, done } = await Promise.race([parts.next(), trouble.promise])
      if (done) break
      if (part.type === 'field') {
        if (part.valueTruncated) throw problems.tooLarge(`form field '${part.fieldname}'`, maxFieldBytes)
        received.fields.set(part.fieldname, String(part.value))
        continue
      }
      if (!fileFields.has(part.fieldname) || part.filename === '') {
        part.file.resume() // an unknown field, or a browser's empty file input
        continue
      }
      if (storing.size >= maxStoredAtOnce) await Promise.race([...storing, trouble.promise])
      store(part)
    }
    await Promise.race([Promise.all(storing), trouble.promise])
    return received
  } catch (error) {
    current?.file.destroy(error as Error)
    await Promise.allSettled(storing)
    await discard()
    drain(request)
    throw asProblem(error)
  }
}

/** A name that is not safe is not stored; its file fails alone, under what can be shown of the name. */
function nameOf(filename: string): { file_name: string; refusal: string | null } {
  const path = safePath(filename)
  if (typeof path !== 'string') return { file_name: path.path, refusal: null }
  return { file_name: shown(filename), refusal: path }
}

function drain({ raw }: FastifyRequest): void {
  if (raw.complete || raw.destroyed) return
  raw.unpipe()
  raw.resume()
  const cut = setTimeout(() => raw.destroy(), drainTimeoutMs)
  raw.once('close', () => clearTimeout(cut))
}

function asProblem(error: unknown): unknown {
  if (error instanceof Problem) return error
  const { code, message = '' } = error as { code?: string; message?: string }
  if (code === 'FST_FILES_LIMIT' || code === 'FST_PARTS_LIMIT')
    return problems.tooManyFiles(maxFilesPerRequest)
  if (code === 'FST_FIELDS_LIMIT') return problems.tooManyFields(maxFields)
  if (
    code === 'ECONNRESET' ||
    code?.startsWith('FST_') ||
    /multipart|terminated early|boundary|content.?type/i.test(message)
  )
    return problems.brokenMultipart()
  return isFull(error) ? problems.storageFull() : error
}
