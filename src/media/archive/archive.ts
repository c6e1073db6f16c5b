// Unpacks an archive that a stranger made. Entries come out as streams, one after the other, and nothing is written
// here; a bad entry is reported alone, and what cannot be read further keeps what was read.
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { type ArchiveFormat, archiveFormat, headBytes } from '../measure/formats.ts'
import { isLitter, type SafePath, safePath, shown } from '../names.ts'
import { type ArchiveEntry, BrokenArchive, BrokenEntry } from './entries.ts'
import { collectFaults, type Fault } from './faults.ts'
import { tarEntries } from './tar.ts'
import { zipEntries } from './zip.ts'

export interface ArchiveLimits {
  maxEntries: number
  /** Of one entry, unpacked. */
  maxEntryBytes: number
  /** Of everything that is unpacked, refused entries included. */
  maxTotalBytes: number
  /** Unpacked by packed bytes. Pictures hardly shrink, text about ten times; deflate reaches 1,032. */
  maxRatio: number
}

export const archiveLimits: ArchiveLimits = {
  maxEntries: 100_000,
  maxEntryBytes: 512 * 2 ** 20,
  maxTotalBytes: 32 * 2 ** 30,
  maxRatio: 100,
}
/** Below this no ratio is suspicious: a small file of equal bytes is just that. */
const ratioFloorBytes = 2 ** 20

/** By its claimed name, for a first look at a request; `extract` looks at the bytes. Null for other files. */
export const archiveKind = (fileName: string): 'zip' | 'tar' | 'tar.gz' | null =>
  /\.zip$/i.test(fileName)
    ? 'zip'
    : /\.tar$/i.test(fileName)
      ? 'tar'
      : /\.(tar\.gz|tgz)$/i.test(fileName)
        ? 'tar.gz'
        : null

export type OnEntry = (name: SafePath, body: Readable) => Promise<unknown>

/**
 * Calls `onEntry` for every file of the archive at `path`, each after the one before was done. The body rejects when
 * the entry turns out bad; what `onEntry` made of it must then go. Its other errors end the work and are thrown.
 * Folders, and what operating systems leave behind, are skipped. Returns what was refused, by name.
 */
export async function extract(
  path: string,
  onEntry: OnEntry,
  { limits = archiveLimits, signal }: { limits?: ArchiveLimits; signal?: AbortSignal } = {},
): Promise<{ entries: number; bytes: number; faults: Fault[] }> {
  const faults = collectFaults('archive')
  const taken = new Set<string>()
  let bytes = 0
  let seen = 0

  const take = async (entry: ArchiveEntry): Promise<void> => {
    const name = safePath(entry.name)
    if (typeof name === 'string') throw new BrokenEntry(name)
    if (entry.refusal) throw new BrokenEntry(entry.refusal)
    if (archiveKind(name.fileName))
      throw new BrokenEntry('An archive inside an archive is not opened; send it by itself.')
    if (taken.has(name.path))
      throw new BrokenEntry('The archive has another file of this name; only the first was taken.')
    if (entry.bytes > limits.maxEntryBytes)
      throw new BrokenEntry(`It is larger than ${limits.maxEntryBytes} bytes; send a smaller file.`)

    const body = Readable.from(held(entry), { objectMode: false })
    try {
      await onEntry(name, body)
      taken.add(name.path)
    } catch (error) {
      throw body.errored ?? error
    } finally {
      body.destroy()
    }
  }

  /** The entry's bytes, held to what the archive says and to the limits. */
  async function* held(entry: ArchiveEntry): AsyncGenerator<Buffer> {
    let own = 0
    for await (const chunk of entry.body()) {
      signal?.throwIfAborted()
      own += chunk.length
      bytes += chunk.length
      if (own > entry.bytes) throw new BrokenEntry('It is larger than the archive says.')
      if (bytes > limits.maxTotalBytes)
        throw new BrokenArchive(`The archive holds more than ${limits.maxTotalBytes} bytes; send several.`)
      if (entry.packedBytes !== null && isBomb(own, entry.packedBytes, limits))
        throw new BrokenEntry('It unpacks to far more than a picture would.')
      yield chunk
    }
    if (own < entry.bytes) throw new BrokenEntry('It is smaller than the archive says.')
  }

  try {
    for await (const entry of await entriesOf(path, limits)) {
      signal?.throwIfAborted()
      if (entry.isFolder || isLitter(entry.name)) continue
      if (++seen > limits.maxEntries)
        throw new BrokenArchive(
          `The archive has more than ${limits.maxEntries} files; the rest was left out.`,
        )
      try {
        await take(entry)
      } catch (error) {
        if (!(error instanceof BrokenEntry)) throw error
        faults.add(shown(entry.name), error.message)
      }
    }
    if (seen === 0) throw new BrokenArchive('The archive holds no files.')
  } catch (error) {
    if (!(error instanceof BrokenArchive)) throw error
    faults.add('archive', error.message)
  }
  return { entries: taken.size, bytes, faults: faults.list() }
}

const isBomb = (bytes: number, packedBytes: number, limits: ArchiveLimits) =>
  bytes > ratioFloorBytes + limits.maxRatio * packedBytes

async function entriesOf(path: string, limits: ArchiveLimits): Promise<AsyncIterable<ArchiveEntry>> {
  switch (await formatOf(path)) {
    case 'zip':
      return zipEntries(path)
    case 'tar':
      return tarEntries(createReadStream(path))
    case 'gzip':
      return tarEntries(gunzip(path, limits))
    case null:
      throw new BrokenArchive('This is no .zip, .tar or .tar.gz archive.')
  }
}

async function formatOf(path: string): Promise<ArchiveFormat | null> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return archiveFormat(buffer.subarray(0, bytesRead))
  } finally {
    await file.close()
  }
}

async function* gunzip(path: string, limits: ArchiveLimits): AsyncGenerator<Buffer> {
  const file = createReadStream(path)
  const inflated = file.pipe(createGunzip())
  file.on('error', error => inflated.destroy(error))
  let bytes = 0
  try {
    for await (const chunk of inflated) {
      bytes += chunk.length
      if (isBomb(bytes, inflated.bytesWritten, limits))
        throw new BrokenArchive('The archive unpacks to far more than pictures would.')
      yield chunk
    }
  } catch (error) {
    if (error instanceof BrokenArchive || (error as NodeJS.ErrnoException).syscall) throw error
    throw new BrokenArchive('The archive is damaged or cut off.', { cause: error })
  } finally {
    file.destroy()
    inflated.destroy()
  }
}
