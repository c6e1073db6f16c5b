// JPEG without libvips, whose machinery costs more than decoding and scaling a small picture do: 2 ms instead of 5 for
// 640 × 480, 0.2 ms instead of 1.3 for a thumbnail. Both hold the thread, which is one that measures. Where the decoder's
// binary does not fit the machine, or that has no SIMD, libvips does it all.
import type { Picture } from '../../vectors/embedder.ts'
import { makeRoom, type Room } from './shrink.ts'

const turbo = await import('@julusian/jpeg-turbo').then(
  module => module.default,
  () => undefined,
)

/** From here on libvips has the decoder leave out three of four pixels in each direction, and is faster. */
const tooLong = 1024
const thumbnailQuality = 80
/** For the worst case of the largest thumbnail so far. */
let encoded = Buffer.alloc(0)

/** Used again and again, as new memory for each picture has to be collected: 4 MB in each thread. */
let room: Room | undefined

export interface Plain {
  width: number
  height: number
  /** At most `side` pixels on its longer side. */
  seen: Picture
}

/**
 * A small JPEG that is read in one pass and has neither an orientation nor colours of its own. Undefined: libvips has to look
 * at it, also at what is damaged, of which it is the judge.
 */
export function decodePlain(file: Buffer, side: number): Plain | undefined {
  const size = turbo && plainSize(file)
  if (!size || Math.max(size.width, size.height) >= tooLong) return undefined
  room ??= makeRoom(tooLong - 1, side)
  return room && decodeInto(room.pixels, size, file) ? { ...size, seen: room.shrink(size) } : undefined
}

/** False: not a sound picture of this very size, or else what another picture left there would be seen. */
function decodeInto(pixels: Buffer, size: { width: number; height: number }, file: Buffer): boolean {
  try {
    const decoded = turbo!.decompressSync(file, pixels, { format: turbo!.FORMAT_RGB })
    return decoded.width === size.width && decoded.height === size.height
  } catch {
    return false
  }
}

/** Undefined: the package is not there. */
export function encodeThumbnail({ pixels, width, height, channels }: Picture): Uint8Array | undefined {
  if (!turbo) return undefined
  const [format, subsampling] =
    channels === 1 ? [turbo.FORMAT_GRAY, turbo.SAMP_GRAY] : [turbo.FORMAT_RGB, turbo.SAMP_420]
  const options = { format, subsampling, width, height, quality: thumbnailQuality }
  const worstBytes = turbo.bufferSize(options)
  if (encoded.length < worstBytes) encoded = Buffer.allocUnsafeSlow(worstBytes)
  return Uint8Array.from(turbo.compressSync(pixels, encoded, options))
}

const markers = { startOfScan: 0xda, exif: 0xe1, colourProfile: 0xe2 }
/** Baseline and extended, Huffman-coded; the other kinds of frame are progressive, lossless or arithmetic-coded. */
const sequential = [0xc0, 0xc1]
const isFrame = (kind: number) => kind >> 4 === 0xc && ![0xc4, 0xc8, 0xcc].includes(kind)

/** By the segments before the pixels. */
export function plainSize(file: Buffer): { width: number; height: number } | undefined {
  let size: { width: number; height: number } | undefined
  for (let at = 2; at + 10 <= file.length && file[at] === 0xff; at += 2 + file.readUInt16BE(at + 2)) {
    const kind = file[at + 1]!
    if (kind === markers.startOfScan) return size
    if (kind === markers.exif || kind === markers.colourProfile) return undefined
    if (!isFrame(kind)) continue
    const [bits, colours] = [file[at + 4], file[at + 9]]
    if (size || !sequential.includes(kind) || bits !== 8 || colours !== 3) return undefined
    size = { height: file.readUInt16BE(at + 5), width: file.readUInt16BE(at + 7) }
  }
  return undefined
}
