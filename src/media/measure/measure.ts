// One picture in, everything the product knows about its pixels out. libvips decodes in its own threads, what it need not
// see is done at once; so batches ask in threads of theirs (measure-thread.ts).
import { readFileSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { isMainThread } from 'node:worker_threads'
import sharp, { type Sharp } from 'sharp'
import type { Picture } from '../../vectors/embedder.ts'
import { headBytes, type PictureFormat, pictureFormat } from './formats.ts'
import { type Issues, issuesOf } from './issues.ts'
import { decodePlain, encodeThumbnail } from './jpeg.ts'

export interface Measured extends Issues {
  /** Pixels, as a person sees the picture: after its EXIF orientation. */
  width: number
  height: number
  /** `jpeg`, `png`, `webp`, `gif`, `tiff` or `avif`. */
  format: string
  /** JPEG, at most 256 pixels on its longer side; what was transparent is white. */
  thumbnail: Uint8Array
  /** The pixels of the thumbnail, for models. */
  picture: Picture
}

/** The picture cannot be taken in. The message is one sentence for the person who sent it. */
export class Unreadable extends Error {}

/** A file is read whole, which spares libvips its own small reads (−8 % time); so the bound is on memory. */
export const maxPictureBytes = 64 * 2 ** 20
export const tooLarge = `The picture is larger than ${maxPictureBytes} bytes; send a smaller one.`
/** More than cameras make; some formats need the whole bitmap at once, which is then up to 0.8 GB. */
export const maxPicturePixels = 100_000_000
/** A hundred megapixels take about 2 s; libvips checks between its strips of pixels. */
export const timeoutSeconds = 20
/** Both the thumbnail and what is measured: one decode, one resize. Documented as part of the measures. */
export const workingSide = 256

/** Each has 20 MB, and room for one small JPEG. */
export const measuringThreads = Math.min(availableParallelism(), 8)
/** While libvips decodes one in threads of its own, another is looked at. Each can have a bitmap of 0.8 GB. */
export const picturesOfThread = 2

// Throughput comes from several pictures at once, so one thread for each; every picture is seen once, so a cache
// would only hold memory. Formats that are not wanted cannot be decoded even by a mistake in formats.ts. All of this is the
// process's: a thread that blocked anew would, for a moment, have the others refuse every picture.
if (isMainThread) {
  sharp.concurrency(1)
  sharp.cache(false)
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({
    operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff', 'Heif'].map(loader => `VipsForeignLoad${loader}`),
  })
}

/** Measures a picture in a file (by its path) or in memory. Throws Unreadable. */
export async function measure(input: string | Buffer): Promise<Measured> {
  const bytes = Buffer.isBuffer(input) ? input.length : statSync(input).size
  if (bytes > maxPictureBytes) throw new Unreadable(tooLarge)
  // At once, as the five steps of it cost more than they read: 0.09 ms instead of 0.3.
  const file = Buffer.isBuffer(input) ? input : readFileSync(input)
  const found = pictureFormat(file.subarray(0, headBytes))
  if ('refusal' in found) throw new Unreadable(found.refusal)
  try {
    return { ...(await decode(file, found.format)), format: found.format }
  } catch (error) {
    if (error instanceof Unreadable) throw error
    if (/^timeout/.test((error as Error).message))
      throw new Unreadable(`The picture took longer than ${timeoutSeconds} s to decode; send a smaller one.`)
    throw new Unreadable(
      `The ${found.format.toUpperCase()} data is damaged or cut off; send the file again.`,
      {
        cause: error,
      },
    )
  }
}

async function decode(file: Buffer, format: PictureFormat): Promise<Omit<Measured, 'format'>> {
  const plain = format === 'jpeg' ? decodePlain(file, workingSide) : undefined
  if (plain) return { ...(await see(plain.seen)), width: plain.width, height: plain.height }
  // The header's size is compared here, so that the sentence can name it. `failOn: 'error'` refuses what is cut off
  // or damaged, but not harmless oddities like stray bytes between JPEG segments.
  const picture = sharp(file, { limitInputPixels: false, failOn: 'error' })
  const { autoOrient, hasAlpha, width: rawWidth, height: rawHeight } = await picture.metadata()
  if (rawWidth * rawHeight > maxPicturePixels)
    throw new Unreadable(
      `The picture has ${rawWidth} × ${rawHeight} pixels; the limit is ${maxPicturePixels / 1e6} million.`,
    )
  if (hasAlpha) picture.flatten({ background: 'white' })
  const seen = await see(await scale(picture.autoOrient().timeout({ seconds: timeoutSeconds })))
  return { ...seen, width: autoOrient.width, height: autoOrient.height }
}

/** To the working size. */
export async function scale(picture: Sharp): Promise<Picture> {
  const { data, info } = await picture
    .resize(workingSide, workingSide, { fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  return { pixels: data, width, height, channels: channels as Picture['channels'] }
}

/** What is kept of pixels that were scaled to their working size. */
export async function see(picture: Picture): Promise<Issues & Pick<Measured, 'thumbnail' | 'picture'>> {
  const { pixels, width, height, channels } = picture
  return { ...issuesOf(pixels, width, height, channels), thumbnail: await thumbnailOf(picture), picture }
}

export const thumbnailOf = async (picture: Picture): Promise<Uint8Array> =>
  encodeThumbnail(picture) ?? sharp(picture.pixels, { raw: picture }).jpeg().toBuffer()
