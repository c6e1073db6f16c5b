// Archives built byte by byte, since no archiver makes hostile ones.
import { crc32, deflateRawSync, gzipSync } from 'node:zlib'
import { Header } from 'tar'

// ── zip ──

export interface ZipPart {
  name: string | Buffer
  data?: Buffer
  stored?: boolean
  /** What the central directory claims instead of the truth. */
  claims?: { size?: number; packed?: number; crc?: number; offset?: number; method?: number }
  mode?: number
  flags?: number
}

export function zip(parts: ZipPart[]): Buffer {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const { name, data = Buffer.from('x'), stored, claims = {}, mode = 0, flags = 0x800 } of parts) {
    const fileName = Buffer.from(name as string)
    const packed = stored ? data : deflateRawSync(data)
    const method = claims.method ?? (stored ? 0 : 8)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(flags, 2)
    common.writeUInt16LE(method, 4)
    common.writeUInt32LE(claims.crc ?? crc32(data), 10)
    common.writeUInt32LE(claims.packed ?? packed.length, 14)
    common.writeUInt32LE(claims.size ?? data.length, 18)
    common.writeUInt16LE(fileName.length, 22)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE((mode << 16) >>> 0, 6)
    tail.writeUInt32LE(claims.offset ?? offset, 10)
    central.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, tail, fileName)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, fileName, packed])
    locals.push(local)
    offset += local.length
  }
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(parts.length, 8)
  end.writeUInt16LE(parts.length, 10)
  end.writeUInt32LE(Buffer.concat(central).length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, ...central, end])
}

// ── tar ──

export interface TarPart {
  path: string
  type?: string
  data?: Buffer
  size?: number
  linkpath?: string
}

export function tarHeader({ path, type = 'File', size = 0, linkpath }: TarPart): Buffer {
  const block = Buffer.alloc(512)
  new Header({ path, type: type as 'File', size, mode: 0o644, linkpath, mtime: new Date(0) }).encode(block, 0)
  return block
}
const padded = (data: Buffer) => Buffer.concat([data, Buffer.alloc((512 - (data.length % 512)) % 512)])
export const tar = (parts: TarPart[]): Buffer =>
  Buffer.concat([
    ...parts.flatMap(({ data = Buffer.alloc(0), ...part }) => [
      tarHeader({ ...part, size: part.size ?? data.length }),
      padded(data),
    ]),
    Buffer.alloc(1024),
  ])

export const x = Buffer.from('x')
/** The same parts in each kind of archive. */
export const everyKind = (parts: { name: string; data?: Buffer }[]): [string, Buffer][] => {
  const asTar = tar(parts.map(({ name, data = x }) => ({ path: name, data })))
  return [
    ['zip', zip(parts)],
    ['tar', asTar],
    ['tar.gz', gzipSync(asTar)],
  ]
}
