// Videos become frames: which, when, with what, and what happens when they cannot.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import sql from 'sql-template-tag'
import { testApp } from '../../../test/support/app.ts'
import { zip } from '../../../test/support/archives.ts'
import { addMedia, emojiFiles, ended, form, newDataset, type Sent } from '../../../test/support/media.ts'
import { bucket, startS3 } from '../../../test/support/s3.ts'

const folder = mkdtempSync(join(tmpdir(), 'belfry-video-'))
/** Three seconds of a test picture, made by ffmpeg itself. */
function video(name: string): Buffer<ArrayBuffer> {
  const path = join(folder, name)
  const source = 'testsrc=duration=3:size=320x240:rate=10'
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', source, '-pix_fmt', 'yuv420p', path], {
    timeout: 60_000,
  })
  return readFileSync(path)
}

const s3 = await startS3()
const app = await testApp({ env: s3.env })
const user = await app.user()
const dataset = await newDataset(user.api, 'Videos', await emojiFiles(0, 1))
after(async () => {
  rmSync(folder, { recursive: true })
})

async function add(body: FormData) {
  const answer = await addMedia(user.api, dataset, body)
  assert.equal(answer.status, 202, await answer.clone().text())
  return ended(user.api, answer.headers.get('location')!)
}
const files = (...sent: Sent[]) => form(sent, { auto_reindex: 'true' })
const read = async (path: string): Promise<any> => (await user.api(path)).json()

test('a video among files: its frames are watched, shown and counted, with its annotations', async () => {
  const vql = encodeURIComponent(JSON.stringify([{ labels: { op: 'one_of', value: ['truck'] } }]))
  const view = await user.api(`/dataset/${dataset}/views?entity_type=VIDEOS&vql=${vql}`, {
    method: 'POST',
    body: new URLSearchParams({ name: 'Trucks' }),
  })
  const { id: viewId } = (await view.json()) as { id: string }
  const bytes = video('clip.mp4')
  const task = await add(
    files(
      { name: 'cam/clip.mp4', bytes },
      {
        name: 'image_annotations.csv',
        bytes: 'filename,label,caption,site\ncam/clip.mp4,truck,A truck,north\n',
      },
    ),
  )
  assert.equal(task.status_message, 'Added 1 media file', JSON.stringify(task))
  const frames = await app.db.query<any>(sql`
    select file_name, folder, frame_timestamp, labels, caption, metadata, width, height, state
    from items where batch_id = ${task.batch_id} and kind = 'VIDEO_FRAME' order by ordinal`)
  const known = { labels: ['truck'], caption: 'A truck', metadata: { site: 'north' } }
  assert.deepEqual(
    frames,
    [0, 1, 2].map(second => ({
      file_name: `output_00000${second + 1}.jpg`,
      folder: 'cam/clip.mp4',
      frame_timestamp: second,
      ...known,
      width: 320,
      height: 240,
      state: 'ready',
    })),
  )
  const shown = await read(`/dataset/${dataset}`)
  assert.deepEqual([shown.n_images, shown.n_videos], [1, 1])
  const saved = await read(`/dataset/${dataset}/views/${viewId}`)
  assert.deepEqual([saved.stats.n_video_frames, saved.total_results], [3, 3])

  const { clusters } = await read(`/explore/${dataset}?entity_type=VIDEOS`)
  const previews = clusters.flatMap((cluster: any) => cluster.previews)
  assert.deepEqual(previews.map((preview: any) => preview.frame_timestamp).sort(), [
    '00:00:00.000',
    '00:00:01.000',
    '00:00:02.000',
  ])
  const original = await user.api(previews[0].video_uri.replace('/api/v1', ''))
  assert.deepEqual(Buffer.from(await original.arrayBuffer()), bytes)
  const thumbnail = await user.api(previews[0].media_thumb_uri.replace('/api/v1', ''))
  assert.equal(thumbnail.headers.get('content-type'), 'image/jpeg')
})

test('a player can seek: a video has its type, and goes out in ranges of bytes', async () => {
  const [video] = await app.db.query<{ id: string; bytes: number }>(sql`
    select id, bytes from items where dataset_id = ${dataset} and kind = 'VIDEO' and state = 'ready'`)
  const original = (headers: Record<string, string> = {}, method = 'GET') =>
    user.api(`/media/${video!.id}/original`, { headers, method })
  const whole = await original()
  const bytes = Buffer.from(await whole.arrayBuffer())
  assert.deepEqual([whole.status, bytes.length], [200, video!.bytes])
  const named = ['content-type', 'accept-ranges', 'content-disposition'].map(name => whole.headers.get(name))
  assert.deepEqual(named, ['video/mp4', 'bytes', "inline; filename*=UTF-8''clip.mp4"])

  const part = await original({ range: 'bytes=100-199', 'if-range': whole.headers.get('etag')! })
  assert.deepEqual(
    [part.status, part.headers.get('content-range'), part.headers.get('content-length')],
    [206, `bytes 100-199/${bytes.length}`, '100'],
  )
  assert.deepEqual(Buffer.from(await part.arrayBuffer()), bytes.subarray(100, 200))
  const end = await original({ range: 'bytes=-7' })
  assert.deepEqual([end.status, Buffer.from(await end.arrayBuffer())], [206, bytes.subarray(-7)])

  for (const asked of [
    original({ range: 'bytes=0-9', 'if-range': '"another"' }),
    original({ range: 'bytes=0-9' }, 'HEAD'),
  ]) {
    const all = await asked
    assert.deepEqual([all.status, all.headers.get('content-length')], [200, String(bytes.length)])
    await all.arrayBuffer()
  }
  const beyond = await original({ range: `bytes=${bytes.length}-` })
  assert.deepEqual(
    [beyond.status, beyond.headers.get('content-range'), beyond.headers.get('cache-control')],
    [416, `bytes */${bytes.length}`, null],
  )
  assert.match(((await beyond.json()) as { detail: string }).detail, /^The file has \d+ bytes; ask for/)
})

test('in other containers, in an archive and in a bucket', async () => {
  const inArchive = zip([
    { name: 'a/clip.mkv', data: video('clip.mkv'), stored: true },
  ]) as Buffer<ArrayBuffer>
  const archived = await add(form([{ name: 'a.zip', bytes: inArchive }], { auto_reindex: 'true' }, 'archive'))
  assert.equal(archived.status_message, 'Added 1 media file', JSON.stringify(archived))
  await s3.put('videos/clip.avi', video('clip.avi'))
  const fetched = await add(form([], { s3_uri: `s3://${bucket}/videos/`, auto_reindex: 'true' }))
  assert.equal(fetched.status_message, 'Added 1 media file', JSON.stringify(fetched))
  assert.equal((await read(`/dataset/${dataset}`)).n_videos, 3)
})

test('what is no video, or a damaged one, or a playlist that names other files, fails alone', async () => {
  const whole = video('whole.mp4')
  const playlist = '#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n'
  const [picture] = await emojiFiles(2, 3)
  const task = await add(
    files(
      picture!,
      { name: 'cut.mp4', bytes: whole.subarray(0, 600) },
      { name: 'playlist.mp4', bytes: playlist },
      { name: 'empty.avi', bytes: '' },
    ),
  )
  assert.equal(task.status_message, 'Added 1 media file; see its problems (3)', JSON.stringify(task))
  assert.deepEqual(task.problems.map(({ subject }) => subject).sort(), [
    'cut.mp4',
    'empty.avi',
    'playlist.mp4',
  ])
})

test('without ffmpeg a request with a video is refused, and a video in an archive is named', async () => {
  const without = await testApp({ env: { BELFRY_FFMPEG: '/nowhere/ffmpeg' } })
  const { api } = await without.user()
  const id = await newDataset(api, 'Without', await emojiFiles(0, 1))
  const bytes = video('late.mp4')
  const answer = await addMedia(api, id, files({ name: 'late.mp4', bytes }))
  assert.equal(answer.status, 400)
  const sentence = /^Videos need the program '\/nowhere\/ffmpeg', which this server does not have/
  assert.match(((await answer.json()) as { detail: string }).detail, sentence)
  const archive = zip([
    { name: 'late.mp4', data: bytes, stored: true },
    ...(await emojiFiles(3, 4)).map(({ name, bytes }) => ({ name, data: bytes as Buffer, stored: true })),
  ]) as Buffer<ArrayBuffer>
  const sent = await addMedia(api, id, form([{ name: 'a.zip', bytes: archive }], {}, 'archive'))
  const task = await ended(api, sent.headers.get('location')!)
  assert.equal(task.status_message, 'Added 1 media file; see its problems (1)')
  assert.match(task.problems[0]!.problem, sentence)
})
