// Pictures of 640 × 480 measured in a second, on all cores of the machine, against what nobody can beat: decoding them
// with the same library and doing nothing else. Then the whole way, from the upload to the evaluated batch.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import sharp from 'sharp'
import { BelfryClient } from '../client/src/index.ts'
import { inParallel } from '../src/lib/parallel.ts'
import { issuesOf } from '../src/media/measure/issues.ts'
import { decodePlain } from '../src/media/measure/jpeg.ts'
import { measure, measuringThreads, scale, thumbnailOf, workingSide } from '../src/media/measure/measure.ts'
import { startMeasuring } from '../src/media/measure/measuring.ts'
import { makeRoom } from '../src/media/measure/shrink.ts'
import { visualEmbedder } from '../src/vectors/visual.ts'
import { seedDataset } from '../test/support/alerts.ts'
import { startTestApp, type TestApp, type TestUser } from '../test/support/app.ts'
import type { Figure } from './support/figures.ts'
import { onBothEngines, type Place, say } from './support/places.ts'

const pictures = 600
const [width, height] = [640, 480]
/** Of each way, alternating, so that other work on the machine disturbs all alike; the best one counts. */
const rounds = 5
const picturesOfStep = 40

export async function run(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'belfry-bench-'))
  try {
    const files = await makePictures(folder)
    return [
      ...(await measuring(files)),
      ...(await steps(files)),
      ...(await onBothEngines(place => ingesting(place, files))),
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measuring(files: string[]): Promise<Figure[]> {
  let [measured, decoded, cpuMs] = [0, 0, Number.POSITIVE_INFINITY]
  const measuring = startMeasuring()
  const measure = (file: string) => measuring.picture(file, visualEmbedder.id)
  await perSecond(files, measure) // its threads start, and their code is compiled
  for (let round = 1; round <= rounds; round++) {
    say(`measuring, round ${round} of ${rounds}`)
    decoded = Math.max(decoded, await perSecond(files, file => sharp(file).raw().toBuffer()))
    const before = process.cpuUsage()
    measured = Math.max(measured, await perSecond(files, measure))
    const { user, system } = process.cpuUsage(before)
    cpuMs = Math.min(cpuMs, (user + system) / 1000 / files.length)
  }
  await measuring.close()
  return [
    { name: 'pictures measured', value: measured, unit: '/s', atLeast: 250 },
    {
      name: 'pictures measured, beside decoding',
      value: measured,
      unit: '/s',
      rival: { name: 'decoding only', value: decoded },
    },
    // On a busy machine this grows less than the others shrink; two free cores measure 2,000 / this in a second.
    { name: 'processor time of a picture', value: cpuMs, unit: 'ms' },
  ]
}

/** What each step of measuring takes by itself, one picture after the other, in processor time. */
async function steps(files: string[]): Promise<Figure[]> {
  say('each step by itself')
  const bytes = await Promise.all(files.slice(0, picturesOfStep).map(file => readFile(file)))
  const seen = await Promise.all(bytes.map(file => scale(sharp(file))))
  const room = makeRoom(width, workingSide)!
  const work: Record<string, (i: number) => unknown> = {
    'decoding alone, libvips': i => sharp(bytes[i]).raw().toBuffer(),
    'decoding to 256 pixels, libvips': i => scale(sharp(bytes[i])),
    'decoding to 256 pixels': i => decodePlain(bytes[i]!, workingSide),
    'scaling to 256 pixels': () => room.shrink({ width, height }),
    'the thumbnail': i => thumbnailOf(seen[i]!),
    'blur, dark, bright': i => issuesOf(seen[i]!.pixels, seen[i]!.width, seen[i]!.height, 3),
    'the vector': i => visualEmbedder.embedImages!([seen[i]!]),
    'all of it': i => measure(bytes[i]!),
  }
  const best = new Map<string, number>()
  for (let round = 0; round < rounds * 2; round++)
    for (const [name, step] of Object.entries(work)) {
      const before = process.cpuUsage()
      for (const i of bytes.keys()) await step(i)
      const { user, system } = process.cpuUsage(before)
      best.set(
        name,
        Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, (user + system) / 1000 / bytes.length),
      )
    }
  return [...best].map(([name, value]) => ({ name: `by itself: ${name}`, value, unit: 'ms' }))
}

async function perSecond(files: string[], work: (file: string) => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await inParallel(5 * measuringThreads, files, async file => void (await work(file)))
  return files.length / ((performance.now() - begun) / 1000)
}

/** A first upload, which also starts threads and has code compiled, then one to a server that is at work. */
async function ingesting(place: Place, files: string[]): Promise<Figure[]> {
  let reached: (step: string) => void = () => {}
  const app = await startTestApp({ place, onStep: step => reached(step) })
  try {
    const user = await app.user()
    const dataset = await seedDataset(app, [user])
    const form = new FormData()
    for (const [i, file] of files.entries())
      form.append('files', new Blob([await readFile(file)]), `${i}.jpg`)
    // Its bytes are made beforehand: what the client does is not the server's work.
    const whole = new Response(form)
    const sent = { type: whole.headers.get('content-type')!, body: await whole.arrayBuffer() }
    say(`${place.engine}: ${files.length} pictures in one upload`)
    const first = await upload(app, user, dataset, sent)
    const passed = phases()
    reached = passed.reached
    say(`${place.engine}: the same again`)
    const { acceptedAfterMs, seconds, cpuMs, held } = await upload(app, user, dataset, sent)
    const of = `, ${place.engine}`
    const perSecond = { unit: 'pictures/s' }
    return [
      { name: `upload accepted${of}`, value: acceptedAfterMs, unit: 'ms' },
      { name: `upload to evaluated batch${of}`, value: files.length / seconds, ...perSecond, atLeast: 150 },
      { name: `the same, the first after a start${of}`, value: files.length / first.seconds, ...perSecond },
      ...passed.read().map(({ name, ms, busy }) => ({
        name: `of that, ${name}, with ${Math.round(busy * 100)} % of the cores${of}`,
        value: ms,
        unit: 'ms',
      })),
      { name: `processor time of a picture, all measures${of}`, value: cpuMs / files.length, unit: 'ms' },
      {
        name: `event loop held up meanwhile, p99.9${of}`,
        value: held.percentile(99.9) / 1e6,
        unit: 'ms',
        atMost: 20,
      },
      { name: `event loop held up meanwhile, longest${of}`, value: held.max / 1e6, unit: 'ms' },
      {
        name: `resident memory afterwards${of}`,
        value: process.memoryUsage.rss() / 1e6,
        unit: 'MB',
        atMost: 1200,
      },
    ]
  } finally {
    await app.close()
  }
}

/** What follows when a step is reached; the others are parts of one of these. */
const nameOf: Partial<Record<string, string>> = {
  list: 'listing',
  measure: 'measuring',
  compare: 'comparing',
  record: 'evaluating, recording',
  done: '',
}

/** How long each part of the way takes, and how busy this process, which is the client too, keeps the cores meanwhile. */
function phases() {
  const found: { name: string; ms: number; busy: number }[] = []
  let [name, since, before] = ['accepting', performance.now(), process.cpuUsage()]
  return {
    reached(step: string) {
      const next = nameOf[step]
      if (next === undefined) return
      const ms = performance.now() - since
      const { user, system } = process.cpuUsage(before)
      found.push({ name, ms, busy: (user + system) / 1000 / ms / availableParallelism() })
      ;[name, since, before] = [next, performance.now(), process.cpuUsage()]
    },
    read: () => found,
  }
}

/** As plainly as it can be done: `fetch` copies what it sends, which takes 0.3 s of this process. Returns the task's path. */
function send(url: string, token: string, type: string, body: ArrayBuffer): Promise<string> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': type,
    'content-length': body.byteLength,
  }
  const sent = Promise.withResolvers<string>()
  request(url, { method: 'POST', headers }, answer => {
    answer.resume()
    if (answer.headers.location) sent.resolve(answer.headers.location)
    else sent.reject(new Error(`The upload was answered ${answer.statusCode}.`))
  })
    .on('error', sent.reject)
    .end(Buffer.from(body))
  return sent.promise
}

async function upload(
  app: TestApp,
  user: TestUser,
  dataset: string,
  { type, body }: { type: string; body: ArrayBuffer },
) {
  const client = new BelfryClient({ url: app.url, token: user.token })
  const begunAt = Date.now()
  const begun = performance.now()
  const location = await send(`${app.url}/api/v1/dataset/${dataset}/add_media`, user.token, type, body)
  const acceptedAfterMs = performance.now() - begun
  const before = process.cpuUsage()
  const held = monitorEventLoopDelay({ resolution: 1 })
  held.enable()
  // It asks now and then, as `belfry add` does; the task says when it ended.
  const task = await client.waitForTask(location.split('/').at(-1)!)
  held.disable()
  const { user: own, system } = process.cpuUsage(before)
  if (task.status !== 'COMPLETED') throw new Error(`The task ended ${task.status}.`)
  const seconds = (Date.parse(task.end_time!) - begunAt) / 1000
  return { acceptedAfterMs, seconds, cpuMs: (own + system) / 1000, held }
}

/** Layers of noise from coarse to fine, each half as strong as the one before, as in photographs. */
export async function makePictures(folder: string): Promise<string[]> {
  say(`making ${pictures} JPEGs of ${width} × ${height}`)
  const layer = async (pixels: number, sigma: number) => {
    const size = { width: Math.ceil(width / pixels), height: Math.ceil(height / pixels) }
    const noise = { type: 'gaussian' as const, mean: 128, sigma }
    const small = await sharp({ create: { ...size, channels: 3, background: 'grey', noise } })
      .png()
      .toBuffer()
    return sharp(small).resize(width, height, { fit: 'fill' }).png({ compressionLevel: 1 }).toBuffer()
  }
  const fine = await Promise.all([8, 4, 2].map((pixels, i) => layer(pixels, 40 / 2 ** i)))
  const files = Array.from({ length: pictures }, (_, i) => join(folder, `${i}.jpg`))
  let bytes = 0
  await inParallel(measuringThreads, files, async file => {
    const jpeg = await sharp(await layer(64, 80))
      .composite(fine.map(input => ({ input, blend: 'soft-light' })))
      .jpeg({ quality: 90 })
      .toBuffer()
    bytes += jpeg.length
    await writeFile(file, jpeg)
  })
  say(`${Math.round(bytes / pictures / 1000)} kB each`)
  return files
}
