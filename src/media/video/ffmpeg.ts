// Takes frames out of a video with the machine's ffmpeg, which reads one local file and nothing else.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ffmpegMissing } from '../../lib/problems.ts'
import { headBytes } from '../measure/formats.ts'
import { Unreadable } from '../measure/measure.ts'
import { demuxerOf } from './formats.ts'

export interface VideoSettings {
  /** The program; a name is looked for on the PATH. */
  ffmpeg: string
  /** Frames a second that are taken. */
  framesPerSecond: number
  maxFrames: number
}

/** Of one video; longer ones are better cut. */
export const maxVideoBytes = 4 * 2 ** 30
/** What a picture is shown at; the measures need less. */
const maxWidth = 1920
const timeoutMs = 10 * 60_000
const maxErrorBytes = 4096

/** Whether videos can be read here. Asked at each request: an operator may install it meanwhile. */
export const hasFfmpeg = ({ ffmpeg }: VideoSettings): Promise<boolean> =>
  promisify(execFile)(ffmpeg, ['-version'], { timeout: 5_000 }).then(
    () => true,
    () => false,
  )

export interface Frame {
  path: string
  /** Seconds. */
  timestamp: number
}

/**
 * Calls `take` with the frames, JPEG files that are gone afterwards. Throws Unreadable when it is no video, or a
 * damaged one of which no frame could be read.
 */
export async function sampleFrames<T>(
  video: string,
  settings: VideoSettings,
  signal: AbortSignal,
  take: (frames: Frame[]) => Promise<T>,
): Promise<T> {
  const demuxer = demuxerOf(await headOf(video))
  if (!demuxer) throw new Unreadable('This is no video of a known format; send MP4, MOV, MKV, WebM or AVI.')
  const folder = await mkdtemp(join(tmpdir(), 'belfry-frames-'))
  try {
    const ended = await run(settings.ffmpeg, argumentsFor(video, demuxer, folder, settings), signal)
    const names = (await readdir(folder)).sort()
    if (names.length === 0)
      throw new Unreadable(
        ended.timedOut
          ? `The video took longer than ${timeoutMs / 60_000} minutes to decode; send a shorter one.`
          : 'The video data is damaged, cut off, or in a codec that ffmpeg does not know here.',
      )
    return await take(
      names.map((name, i) => ({ path: join(folder, name), timestamp: i / settings.framesPerSecond })),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const argumentsFor = (
  video: string,
  demuxer: string,
  folder: string,
  { framesPerSecond, maxFrames }: VideoSettings,
) => [
  ...['-nostdin', '-v', 'error', '-threads', '2', '-protocol_whitelist', 'file'],
  ...['-f', demuxer, '-i', video, '-map', '0:v:0', '-an', '-sn', '-dn'],
  ...['-vf', `fps=${framesPerSecond}:start_time=0:round=up,scale='min(${maxWidth},iw)':-2`],
  ...['-frames:v', String(maxFrames), '-q:v', '3', '-f', 'image2', join(folder, '%06d.jpg')],
]

async function run(ffmpeg: string, args: string[], signal: AbortSignal): Promise<{ timedOut: boolean }> {
  const timeout = AbortSignal.timeout(timeoutMs)
  const child = spawn(ffmpeg, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    signal: AbortSignal.any([signal, timeout]),
    killSignal: 'SIGKILL',
  })
  let said = 0
  child.stderr!.on('data', (chunk: Buffer) => {
    said += chunk.length
    if (said > maxErrorBytes) child.stderr!.resume() // a damaged video has much to say; nobody reads it
  })
  try {
    await once(child, 'close')
  } catch (error) {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
      await once(child, 'close')
    signal.throwIfAborted()
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new Unreadable(ffmpegMissing(ffmpeg))
    if (!timeout.aborted) throw error
  }
  return { timedOut: timeout.aborted }
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
