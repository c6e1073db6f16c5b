// Files as an attacker makes them: small to send, huge to open.
import { constants, crc32, deflateRawSync } from 'node:zlib'

const mebibyte = Buffer.alloc(2 ** 20)
/** One MiB of zeros as a part of a deflate stream, some 1 kB. It only refers to zeros, so it can be repeated. */
const packedMebibyte = deflateRawSync(mebibyte, { finishFlush: constants.Z_SYNC_FLUSH })
const endOfDeflate = Buffer.from([3, 0])

/** `bytes` zeros, deflated about a thousandfold. */
function deflatedZeros(bytes: number): Buffer {
  const whole = Math.floor(bytes / mebibyte.length)
  const rest = deflateRawSync(Buffer.alloc(bytes % mebibyte.length), { finishFlush: constants.Z_SYNC_FLUSH })
  return Buffer.concat([...Array<Buffer>(whole).fill(packedMebibyte), rest, endOfDeflate])
}

function crcOfZeros(bytes: number): number {
  let crc = 0
  for (let left = bytes; left > 0; left -= mebibyte.length)
    crc = crc32(mebibyte.subarray(0, Math.min(left, mebibyte.length)), crc)
  return crc
}

export interface ZipFile {
  name: string
  packed: Buffer
  method: 'stored' | 'deflated'
  bytes: number
  crc: number
}
export const stored = (name: string, content: Buffer): ZipFile => ({
  name,
  packed: content,
  method: 'stored',
  bytes: content.length,
  crc: crc32(content),
})
export const zerosFile = (name: string, bytes: number): ZipFile => ({
  name,
  packed: deflatedZeros(bytes),
  method: 'deflated',
  bytes,
  crc: crcOfZeros(bytes),
})

/** The layout of APPNOTE.TXT: each file behind its local header, then the central directory. */
export function zip(files: ZipFile[]): Buffer<ArrayBuffer> {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, packed, method, bytes, crc } of files) {
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0) // the version needed: 2.0
    fields.writeUInt16LE(0x0800, 2) // names are UTF-8
    fields.writeUInt16LE(method === 'deflated' ? 8 : 0, 4)
    fields.writeUInt32LE(crc, 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(bytes, 18)
    fields.writeUInt16LE(Buffer.byteLength(name), 22)
    const place = Buffer.alloc(14)
    place.writeUInt32LE(offset, 10)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), packed])
    directory.push(Buffer.from('PK\x01\x02\x14\0', 'latin1'), fields, place, Buffer.from(name))
    locals.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, central, end])
}

/** A whole and valid black PNG of one bit a pixel. */
export function blackPng(width: number, height: number): Buffer<ArrayBuffer> {
  const bytes = height * (1 + Math.ceil(width / 8))
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.writeUInt8(1, 8)
  const adler = Buffer.alloc(4)
  adler.writeUInt16BE(bytes % 65521, 0)
  adler.writeUInt16BE(1, 2)
  const data = Buffer.concat([Buffer.from([0x78, 0x9c]), deflatedZeros(bytes), adler])
  const magic = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([magic, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))])
}

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type), data])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(data.length, 0)
  ends.writeUInt32BE(crc32(typed), 4)
  return Buffer.concat([ends.subarray(0, 4), typed, ends.subarray(4)])
}
