import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { crc32, deflateSync } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'
import { issuesOf } from './issues.ts'
import { maxPictureBytes, measure, Unreadable } from './measure.ts'

/** Detail of several sizes in several colours, as in a photograph. */
async function scene(width = 640, height = 480): Promise<Buffer> {
  const layer = (scale: number, sigma: number) =>
    sharp({
      create: {
        width: Math.ceil(width / scale),
        height: Math.ceil(height / scale),
        channels: 3,
        background: '#888',
        noise: { type: 'gaussian', mean: 120, sigma },
      },
    })
      .png()
      .toBuffer()
  const shapes = await sharp(await layer(40, 70))
    .resize(width, height)
    .toBuffer()
  const texture = await sharp(await layer(3, 35))
    .resize(width, height)
    .toBuffer()
  return sharp(shapes)
    .composite([{ input: texture, blend: 'overlay' }])
    .png()
    .toBuffer()
}
const asJpeg = (picture: Sharp) => picture.jpeg({ quality: 90 }).toBuffer()

const refusal = async (input: Buffer): Promise<string> => {
  try {
    await measure(input)
  } catch (error) {
    assert.ok(error instanceof Unreadable, String(error))
    return error.message
  }
  assert.fail('The picture was taken in.')
}

test('blurred, darkened and brightened copies are told apart from the original, and rank', async () => {
  const original = await scene()
  const of = async (change: (picture: Sharp) => Sharp) => measure(await asJpeg(change(sharp(original))))

  const plain = await measure(await asJpeg(sharp(original)))
  assert.ok(plain.blur < 0.5 && plain.dark < 0.5 && plain.bright < 0.5, JSON.stringify(plain))
  assert.equal(plain.normal, 1 - Math.max(plain.blur, plain.dark, plain.bright))

  const blurs = await Promise.all([1, 2, 4, 8].map(sigma => of(picture => picture.blur(sigma))))
  const confidences = [plain, ...blurs].map(({ blur }) => blur)
  assert.deepEqual(confidences, confidences.toSorted(), 'more blur, more confidence')
  assert.ok(blurs[2]!.blur >= 0.5 && blurs[3]!.blur >= 0.8, String(confidences))
  assert.ok(blurs[3]!.dark < 0.5 && blurs[3]!.bright < 0.5)

  const darker = await Promise.all([0.6, 0.25, 0.1].map(factor => of(picture => picture.linear(factor, 0))))
  const darks = [plain, ...darker].map(({ dark }) => dark)
  assert.deepEqual(darks, darks.toSorted(), 'less light, more confidence')
  assert.ok(darker[1]!.dark >= 0.5 && darker[2]!.dark >= 0.8, String(darks))
  assert.ok(Math.abs(darker[1]!.blur - plain.blur) < 0.1, 'a dark picture is not a blurred one')

  const brighter = await Promise.all(
    [0.7, 0.4, 0.2].map(factor => of(picture => picture.linear(factor, 255 * (1 - factor)))),
  )
  const brights = [plain, ...brighter].map(({ bright }) => bright)
  assert.deepEqual(brights, brights.toSorted(), 'more light, more confidence')
  assert.ok(brighter[2]!.bright >= 0.5, String(brights))
})

test('the formulas, on pixels whose values are known', () => {
  const plain = (value: number) => issuesOf(new Uint8Array(100).fill(value), 10, 10, 1)
  assert.deepEqual(plain(0), { blur: 1, dark: 1, bright: 0, normal: 0 })
  assert.deepEqual(plain(255), { blur: 1, dark: 0, bright: 1, normal: 0 })
  assert.deepEqual([plain(80).dark, plain(190).bright], [0.5, 0.5])
  // Columns of 0 and 255: the Laplacian is ±510 everywhere, in equal shares, so its variance is 510².
  const stripes = issuesOf(
    Uint8Array.from({ length: 100 }, (_, i) => (i % 2) * 255),
    10,
    10,
    1,
  )
  assert.equal(stripes.blur, 160 / (160 + 510 ** 2))
  const red = issuesOf(
    Uint8Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? 255 : 0)),
    10,
    10,
    3,
  )
  assert.equal(red.dark, 1 - ((54 * 255) >> 8) / 160)
  assert.equal(issuesOf(new Uint8Array(2), 1, 2, 1).blur, 1, 'no inner pixels')
})

test('every documented format is read', async () => {
  const picture = sharp(await scene(300, 200))
  for (const format of ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const) {
    const measured = await measure(await picture.clone().toFormat(format).toBuffer())
    assert.equal(measured.format, format)
    assert.deepEqual([measured.width, measured.height], [300, 200], format)
    const thumbnail = await sharp(measured.thumbnail).metadata()
    assert.deepEqual([thumbnail.format, thumbnail.width], ['jpeg', 256])
  }
})

test('grey, 16-bit, CMYK, tiny and very long pictures are read', async () => {
  const picture = sharp(await scene(300, 200))
  const colour = (await measure(await picture.clone().png().toBuffer())).blur
  const grey = await measure(await picture.clone().greyscale().png().toBuffer())
  const deep = await measure(await picture.clone().toColourspace('rgb16').png().toBuffer())
  const cmyk = await measure(await picture.clone().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer())
  for (const { blur, dark, bright } of [grey, deep, cmyk]) {
    assert.ok(Math.abs(blur - colour) < 0.1, `${blur} instead of ${colour}`)
    assert.ok(dark < 0.5 && bright < 0.5)
  }
  for (const [width, height] of [
    [1, 1],
    [2, 500],
    [20_000, 1],
  ] as const) {
    const blank = sharp({ create: { width, height, channels: 3, background: 'red' } })
    const measured = await measure(await blank.png().toBuffer())
    assert.deepEqual([measured.width, measured.height], [width, height])
  }
})

test('a picture is seen as its EXIF orientation turns it', async () => {
  const turned = await sharp(await scene(300, 200))
    .jpeg()
    .withMetadata({ orientation: 6 })
    .toBuffer()
  const { width, height, thumbnail } = await measure(turned)
  assert.deepEqual([width, height], [200, 300])
  assert.equal((await sharp(thumbnail).metadata()).height, 256)
})

test('what is transparent counts as white', async () => {
  const clear = await sharp({ create: { width: 50, height: 50, channels: 4, background: '#0000' } })
    .png()
    .toBuffer()
  assert.equal((await measure(clear)).bright, 1)
})

test('of an animation the first frame counts', async () => {
  const frames = [Buffer.alloc(300, 0), Buffer.alloc(300, 255)].map(data =>
    sharp(data, { raw: { width: 10, height: 10, channels: 3 } })
      .png()
      .toBuffer(),
  )
  const animation = await sharp(await Promise.all(frames), { join: { animated: true } })
    .gif()
    .toBuffer()
  const { dark, width, height } = await measure(animation)
  assert.deepEqual({ dark, width, height }, { dark: 1, width: 10, height: 10 })
})

test('real pictures: of the emoji, those that are grey or white all over stand out', async () => {
  const folder = fileURLToPath(
    import.meta.resolve('emoji-datasource-google/img/google/64/1f600.png'),
  ).replace(/[^/]*$/, '')
  const names = (await readdir(folder)).filter((_, i) => i % 20 === 0)
  let blurred = 0
  for (const name of names) {
    const measured = await measure(folder + name)
    assert.equal(measured.format, 'png')
    if (measured.blur >= 0.5) blurred++
  }
  assert.ok(names.length > 100 && blurred < names.length * 0.03, `${blurred} of ${names.length}`)
  assert.ok((await measure(`${folder}25fd.png`)).bright > 0.5, 'a white square')
  assert.ok((await measure(`${folder}1f32b-fe0f.png`)).blur > 0.5, 'fog')
})

test('what is cut off or damaged is refused, in every format', async () => {
  const picture = sharp(await scene(300, 200))
  for (const format of ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const) {
    const whole = await picture.clone().toFormat(format).toBuffer()
    assert.match(await refusal(whole.subarray(0, whole.length * 0.6)), /damaged or cut off/, format)
    assert.match(await refusal(whole.subarray(0, 40)), /damaged or cut off/, format)
  }
})

test('a picture of 50,000 × 50,000 pixels is refused by its size, without being decoded', async () => {
  const before = process.memoryUsage().rss
  assert.match(
    await refusal(hugePng(50_000, 50_000)),
    /^The picture has 50000 × 50000 pixels; the limit is 100 million\.$/,
  )
  assert.ok(process.memoryUsage().rss - before < 50 * 2 ** 20)
})

test('what is no picture is refused by name, and an SVG is never rendered', async () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1:9/x.png"/></svg>'
  const ftyp = (brand: string) => Buffer.from(`\0\0\0\x14ftyp${brand}\0\0\0\0${brand}`, 'latin1')
  const refused: [string | Buffer, RegExp][] = [
    ['', /empty/],
    [svg, /SVG/],
    [`\ufeff<?xml version="1.0"?>${svg}`, /SVG/],
    [`<!-- a picture -->${svg}`, /SVG/],
    [ftyp('heic'), /HEIC/],
    [ftyp('mp42'), /This is a video/],
    ['%PDF-1.7', /no picture/],
    ['hello', /no picture/],
    [Buffer.from('PK\x03\x04'), /archive/],
    [Buffer.alloc(maxPictureBytes + 1), /larger than 67108864 bytes/],
  ]
  for (const [input, sentence] of refused) assert.match(await refusal(Buffer.from(input)), sentence)
  // The second wall: the decoder itself knows no other format.
  await assert.rejects(sharp(Buffer.from(svg)).png().toBuffer(), /unsupported image format/)
})

test('a missing file is not called a bad picture', async () => {
  await assert.rejects(measure('/nowhere/x.jpg'), { code: 'ENOENT' })
})

test('the main thread is only held for the small arithmetic', async () => {
  const picture = await readFile(
    fileURLToPath(import.meta.resolve('emoji-datasource-google/img/google/64/1f600.png')),
  )
  const large = await sharp(picture).resize(3000, 3000).jpeg().toBuffer()
  await measure(large)
  const before = process.threadCpuUsage() // not of the clock, which goes on while other programs run
  for (let n = 0; n < 5; n++) await measure(large)
  const { user, system } = process.threadCpuUsage(before)
  const ms = (user + system) / 1000 / 5
  assert.ok(ms < 10, `${ms} ms of the main thread for each picture`)
})

/** A valid header that promises more than there is. */
function hugePng(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    size.writeUInt32BE(data.length)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([size, body, sum])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  header.set([8, 2], 8)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1000))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
