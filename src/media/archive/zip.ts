// Reads a zip through its central directory, so a damaged entry does not spoil the next one.
import { crc32 } from 'node:zlib'
import { type Entry, getFileNameLowLevel, openPromise } from 'yauzl'
import { type ArchiveEntry, BrokenArchive, BrokenEntry } from './entries.ts'

/** Yields every entry of the file at `path`. */
export async function* zipEntries(path: string): AsyncGenerator<ArchiveEntry> {
  // yauzl would end the whole archive at the first bad name or size; archive.ts checks both for each entry.
  const zip = await openPromise(path, { decodeStrings: false, validateEntrySizes: false }).catch(error => {
    throw isSystemError(error) ? error : new BrokenArchive('The archive is damaged or cut off.')
  })
  try {
    for await (const entry of zip.eachEntry()) {
      const name = getFileNameLowLevel(
        entry.generalPurposeBitFlag,
        entry.fileNameRaw,
        entry.extraFields,
        false,
      )
      yield {
        name,
        bytes: entry.uncompressedSize,
        packedBytes: entry.compressedSize,
        isFolder: name.endsWith('/'),
        refusal: refusalOf(entry),
        async *body() {
          try {
            let sum = 0
            for await (const chunk of await zip.openReadStreamPromise(entry)) {
              sum = crc32(chunk, sum)
              yield chunk as Buffer
            }
            if (sum !== entry.crc32) throw new BrokenEntry('Its checksum is wrong; make the archive again.')
          } catch (error) {
            if (error instanceof BrokenEntry || isSystemError(error)) throw error
            throw new BrokenEntry('It is damaged, or its size is not what the archive says.', {
              cause: error,
            })
          }
        },
      }
    }
  } catch (error) {
    throw isSystemError(error)
      ? error
      : new BrokenArchive('The archive is damaged or cut off.', { cause: error })
  } finally {
    zip.close()
  }
}

/** Unix file types as the upper half of the external attributes; archivers of other systems leave it 0. */
const typeMask = 0o170000
const plainTypes = [0, 0o100000, 0o040000]

function refusalOf(entry: Entry): string | null {
  if (!plainTypes.includes((entry.externalFileAttributes >>> 16) & typeMask))
    return 'A link or device in an archive is not taken in.'
  if (entry.isEncrypted()) return 'It is encrypted; make the archive without a password.'
  if (!entry.canDecodeFileData()) return 'Its compression is not supported; use the usual one (deflate).'
  return null
}

/** A disk that fails is not the archive's fault. */
const isSystemError = (error: unknown) => error instanceof Error && 'syscall' in error
