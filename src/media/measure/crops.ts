// The objects on a picture: each box is cut out and measured as if it were a picture.
import sharp from 'sharp'
import type { Picture } from '../../vectors/embedder.ts'
import { scale, see, timeoutSeconds, Unreadable } from './measure.ts'

/** Boxes are cut from the picture at this size: 12 MB a picture, and a box of an eighth of it is not scaled up. */
const cuttingSide = 2048

interface Boxed {
  /** x, y, width, height in pixels of the picture, as a person sees it. */
  bounding_box: [number, number, number, number]
}

/** One after the other, as a picture can have thousands. A box with no pixel of the picture in it is left out. */
export async function* measureCrops<Object extends Boxed>(input: string | Buffer, objects: Object[]) {
  const { data, whole, scale } = await decode(input)
  for (const object of objects) {
    const region = within(object.bounding_box, scale, whole)
    if (region) yield { object, ...(await see(await crop(data, whole, region))) }
  }
}

/** What one box shows, at its working size. */
export async function cutOut(
  input: string | Buffer,
  box: Boxed['bounding_box'],
): Promise<Picture | undefined> {
  const { data, whole, scale } = await decode(input)
  const region = within(box, scale, whole)
  return region && crop(data, whole, region)
}

async function decode(input: string | Buffer) {
  try {
    return await decodeWhole(input)
  } catch (error) {
    throw new Unreadable('What is marked on the picture could not be cut out of it; send the file again.', {
      cause: error,
    })
  }
}

async function decodeWhole(input: string | Buffer) {
  const picture = sharp(input, { limitInputPixels: false, failOn: 'error' })
  const { autoOrient, hasAlpha } = await picture.metadata()
  if (hasAlpha) picture.flatten({ background: 'white' })
  const { data, info } = await picture
    .autoOrient()
    .timeout({ seconds: timeoutSeconds })
    .resize(cuttingSide, cuttingSide, { fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  return { data, whole: { width, height, channels }, scale: width / autoOrient.width }
}

/** Undefined: the box lies outside of the picture. */
function within(
  [x, y, width, height]: [number, number, number, number],
  scale: number,
  picture: { width: number; height: number },
) {
  const left = Math.max(0, Math.floor(x * scale))
  const top = Math.max(0, Math.floor(y * scale))
  const right = Math.min(picture.width, Math.ceil((x + width) * scale))
  const bottom = Math.min(picture.height, Math.ceil((y + height) * scale))
  return right > left && bottom > top ? { left, top, width: right - left, height: bottom - top } : undefined
}

type Raw = { width: number; height: number; channels: 1 | 2 | 3 | 4 }

const crop = (pixels: Buffer, raw: Raw, region: NonNullable<ReturnType<typeof within>>): Promise<Picture> =>
  scale(sharp(pixels, { raw }).extract(region))
