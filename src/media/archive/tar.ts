// Reads a tar as it streams by. Headers are parsed by the package `tar`; its event-driven reader is not used, since it
// unpacks what looks compressed inside and keeps what follows the end, both without a bound.
import { Header, Pax } from 'tar'
import { type ArchiveEntry, BrokenArchive } from './entries.ts'

const blockBytes = 512
/** Long names and attributes of one entry. */
const maxMetaBytes = 2 ** 20

type Meta = ConstructorParameters<typeof Header>[2]

/** Yields every entry. Its body must be read (or given up) before the next entry is asked for. */
export async function* tarEntries(source: AsyncIterable<Buffer>): AsyncGenerator<ArchiveEntry> {
  const input = readBytes(source)
  let local: Meta
  let global: Meta
  for (let first = true; ; first = false) {
    const block = await input.take(blockBytes)
    if (block.length === 0 && !first) return // the two empty blocks at the end are often missing
    const header = parsed(block, local, global)
    if (header?.nullBlock) return
    if (!header?.cksumValid)
      throw new BrokenArchive(first ? 'This is no tar archive.' : 'The archive is damaged or cut off.')
    const size = header.size ?? 0
    const padding = (blockBytes - (size % blockBytes)) % blockBytes

    if (metaTypes.has(header.type)) {
      if (size > maxMetaBytes) throw new BrokenArchive('The archive has a header that is too large.')
      const meta = await input.take(size)
      await input.skip(padding)
      const text = meta.toString('utf8')
      if (header.type === 'GlobalExtendedHeader') global = Pax.parse(text, global, true)
      else if (header.type.endsWith('ExtendedHeader')) local = Pax.parse(text, local)
      else if (header.type !== 'NextFileHasLongLinkpath')
        local = { ...local, path: text.replace(/\0.*/s, '') } as Meta
      continue
    }
    const name = local?.path ?? header.path ?? '' // Header would put the old prefix before a long name
    local = undefined

    let left = size
    yield {
      name,
      bytes: size,
      packedBytes: null, // compressed as a whole, or not at all
      isFolder: header.type === 'Directory' || header.type === 'GNUDumpDir',
      refusal: plainTypes.has(header.type) ? null : 'A link or device in an archive is not taken in.',
      async *body() {
        while (left > 0) {
          const chunk = await input.some(left)
          left -= chunk.length
          yield chunk
        }
      },
    }
    await input.skip(left + padding)
  }
}

function parsed(block: Buffer, local: Meta, global: Meta): Header | undefined {
  try {
    return new Header(block, 0, local, global)
  } catch {
    return undefined // cut off, or numbers that are none
  }
}

const plainTypes = new Set<string>(['File', 'OldFile', 'ContiguousFile', 'Directory', 'GNUDumpDir'])
const metaTypes = new Set<string>([
  'ExtendedHeader',
  'OldExtendedHeader',
  'GlobalExtendedHeader',
  'NextFileHasLongPath',
  'OldGnuLongPath',
  'NextFileHasLongLinkpath',
])

/** Pulls as many bytes as asked for from a stream of chunks. */
function readBytes(source: AsyncIterable<Buffer>) {
  const chunks = source[Symbol.asyncIterator]()
  let rest: Buffer = Buffer.alloc(0)
  const fill = async () => {
    while (rest.length === 0) {
      const { value, done } = await chunks.next()
      if (done) return false
      rest = value
    }
    return true
  }
  /** 1 to `max` bytes. */
  const some = async (max: number): Promise<Buffer> => {
    if (!(await fill())) throw new BrokenArchive('The archive is cut off; send it again.')
    const chunk = rest.subarray(0, max)
    rest = rest.subarray(chunk.length)
    return chunk
  }
  return {
    some,
    /** `count` bytes; none at the end of the stream. */
    async take(count: number): Promise<Buffer> {
      const parts: Buffer[] = []
      for (let left = count; left > 0 && (parts.length > 0 || (await fill())); left -= parts.at(-1)!.length)
        parts.push(await some(left))
      return Buffer.concat(parts)
    },
    async skip(count: number): Promise<void> {
      for (let left = count; left > 0; ) left -= (await some(left)).length
    },
  }
}
