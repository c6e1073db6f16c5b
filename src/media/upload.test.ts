// What an upload may be, and what happens to one that is not.
import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { testApp } from '../../test/support/app.ts'
import { addMedia, emojiFiles, ended, form, newDataset, until } from '../../test/support/media.ts'
import { removeAbandonedUploads } from './forget.ts'
import { fileStorage } from './storage.ts'

const maxUploadBytes = 200_000

const app = await testApp({ env: { BELFRY_MAX_UPLOAD_BYTES: String(maxUploadBytes) } })
const user = await app.user()
const id = await newDataset(user.api, 'Uploads', await emojiFiles(0, 1))

const refusal = async (answer: Promise<Response>) => {
  const { status } = await answer
  return [status, ((await (await answer).json()) as { detail: string }).detail] as const
}

const batches = async () => (await app.db.query(sql`select from batches where dataset_id = ${id}`)).length
/** Files in storage that came in by uploads. */
const stored = async () =>
  (
    await readdir(join(app.place.dataFolder, 'media/uploads'), { recursive: true, withFileTypes: true })
  ).filter(entry => entry.isFile()).length

/** Runs what must be refused, and checks that it left neither rows nor bytes. */
async function leavesNothing(work: () => Promise<void>): Promise<void> {
  const before = [await batches(), await stored()]
  await work()
  await until(async () =>
    (await batches()) === before[0] && (await stored()) === before[1] ? true : undefined,
  )
}

test('exactly one source, in the documented words', () =>
  leavesNothing(async () => {
    const [one] = await emojiFiles(1, 2)
    const words = 'Exactly one media source must be provided: files[], s3_uri, or archive'
    const archive = form([{ name: 'a.zip', bytes: 'x' }], {}, 'archive')
    archive.append('files', new Blob([one!.bytes]), one!.name)
    for (const body of [
      form([]),
      form([], { s3_uri: '' }),
      form([one!], { s3_uri: 's3://bucket/x' }),
      archive,
    ])
      assert.deepEqual(await refusal(addMedia(user.api, id, body)), [400, words])
    assert.deepEqual(await refusal(user.api(`/dataset/${id}/add_media`, { method: 'POST' })), [400, words])
    assert.deepEqual(await refusal(addMedia(user.api, id, form([], { s3_uri: 's3://bucket/x' }))), [
      400,
      'Invalid S3 URI or no media files found at s3://bucket/x',
    ])
    const rar = form([{ name: 'a.rar', bytes: 'x' }], {}, 'archive')
    assert.match((await refusal(addMedia(user.api, id, rar)))[1], /'a\.rar' must be a \.zip/)
  }))

test('a dataset that was never indexed, or is not there, in the documented words', async () => {
  const { dataset_id: draft } = (await (
    await user.api('/ingestion/new_dataset?dataset_name=Draft')
  ).json()) as { dataset_id: string }
  assert.deepEqual(await refusal(addMedia(user.api, draft, form(await emojiFiles(1, 2)))), [
    400,
    `Dataset ${draft} has no embedding_config — index the dataset first.`,
  ])
  const stranger = await app.user()
  assert.deepEqual(await refusal(addMedia(stranger.api, id, form(await emojiFiles(1, 2)))), [
    404,
    'Dataset not found',
  ])
})

test('an upload beyond the limit is a 413, with or without a declared length', () =>
  leavesNothing(async () => {
    const big = Buffer.alloc(maxUploadBytes + 1)
    const sentence = `The upload is larger than the limit of ${maxUploadBytes} bytes.`
    assert.deepEqual(await refusal(addMedia(user.api, id, form([{ name: 'big.png', bytes: big }]))), [
      413,
      sentence,
    ])
    const boundary = 'xyz'
    const chunks = async function* () {
      yield `--${boundary}\r\nContent-Disposition: form-data; name="files"; filename="big.png"\r\n\r\n`
      for (let sent = 0; sent < 2 * maxUploadBytes; sent += 10_000) yield Buffer.alloc(10_000)
      yield `\r\n--${boundary}--\r\n`
    }
    const undeclared = {
      method: 'POST',
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      body: chunks() as never,
      duplex: 'half',
    }
    const answer = user.api(`/dataset/${id}/add_media`, undeclared)
    assert.deepEqual(await refusal(answer), [413, sentence])
  }))

test('a broken multipart body is a 400', () =>
  leavesNothing(async () => {
    const send = (body: string, boundary = '; boundary=xyz') =>
      refusal(
        user.api(`/dataset/${id}/add_media`, {
          method: 'POST',
          headers: { 'content-type': `multipart/form-data${boundary}` },
          body,
        }),
      )
    const part = '--xyz\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\nabc'
    for (const [body, boundary] of [[part], ['no boundary in here'], [part, '']] as const) {
      const [status, detail] = await send(body, boundary)
      assert.equal(status, 400, body)
      assert.match(detail, /^[A-Z].*\.$/)
    }
  }))

test('a connection that is cut in the middle leaves nothing', () =>
  leavesNothing(async () => {
    const { hostname, port } = new URL(app.url)
    const socket = connect(Number(port), hostname)
    const before = await batches()
    socket.write(
      `POST /api/v1/dataset/${id}/add_media HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${user.token}\r\nContent-Type: multipart/form-data; boundary=xyz\r\nContent-Length: 100000\r\n\r\n`,
    )
    socket.write('--xyz\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n')
    socket.write(Buffer.alloc(50_000))
    await until(async () => ((await batches()) > before ? true : undefined))
    socket.destroy()
  }))

test('the same Idempotency-Key gives the same answer and one batch, also when raced', async () => {
  const before = await batches()
  const headers = { 'idempotency-key': 'friday-42' }
  const send = async () => addMedia(user.api, id, form(await emojiFiles(2, 4)), headers)
  const answers = await Promise.all(Array.from({ length: 6 }, send))
  const first = answers[0]!.headers.get('location')!
  await ended(user.api, first)
  answers.push(await send())
  assert.deepEqual(
    answers.map(({ status }) => status),
    answers.map(() => 202),
  )
  assert.equal(new Set(answers.map(({ headers }) => headers.get('location'))).size, 1)
  assert.equal(new Set(answers.map(({ headers }) => headers.get('x-batch-id'))).size, 1)
  assert.equal(await batches(), before + 1)
  assert.equal((await addMedia(user.api, id, form([]), headers)).status, 202)
  const other = await addMedia(user.api, id, form(await emojiFiles(2, 3)), { 'idempotency-key': 'monday' })
  assert.notEqual(other.headers.get('location'), first)
  await ended(user.api, other.headers.get('location')!)
})

for (const asked of ['idempotency_key =', 'from tasks where dataset_id ='])
  test(`the same request is accepted elsewhere right after this one has asked: ${asked}`, async () => {
    const headers = { 'idempotency-key': `after ${asked}` }
    const send = async () => addMedia(user.api, id, form(await emojiFiles(2, 4)), headers)
    const { query } = app.db
    let elsewhere: Response | undefined
    app.db.query = async statement => {
      const rows = await query<any>(statement)
      if (statement.text.includes(asked) && app.db.query !== query) {
        app.db.query = query
        elsewhere = await send()
      }
      return rows
    }
    const here = await send()
    assert.deepEqual([here.status, elsewhere?.status], [202, 202])
    assert.equal(here.headers.get('location'), elsewhere!.headers.get('location'))
    await ended(user.api, here.headers.get('location')!)
  })

test('two uploads without a key: one is taken, the other is told what is running', async () => {
  const answers = await Promise.all(
    [1, 2, 3].map(async () => addMedia(user.api, id, form(await emojiFiles(4, 6)))),
  )
  const taken = answers.filter(({ status }) => status === 202)
  for (const answer of answers.filter(({ status }) => status !== 202))
    assert.deepEqual(await refusal(Promise.resolve(answer)), [
      409,
      "Operation 'add_media' is blocked while MEDIA_ADDITION task is running",
    ])
  assert.ok(taken.length >= 1)
  for (const answer of taken) await ended(user.api, answer.headers.get('location')!)
})

test('a transaction takes files from many requests, then no more; processing twice is one task', async () => {
  const { dataset_id: draft } = (await (
    await user.api('/ingestion/new_dataset?dataset_name=Parts')
  ).json()) as { dataset_id: string }
  const { trans_id } = (await (await user.api(`/ingestion/${draft}/data_files`)).json()) as {
    trans_id: number
  }
  const process = () => user.api(`/ingestion/${draft}/process_files/${trans_id}`, { method: 'POST' })
  assert.equal((await process()).status, 400)
  const files = `/ingestion/${draft}/data_files/${trans_id}`
  const parts = await Promise.all(
    [0, 5, 10].map(async from =>
      user.api(files, { method: 'POST', body: form(await emojiFiles(from, from + 5)) }),
    ),
  )
  for (const part of parts) assert.deepEqual([part.status, await part.text()], [202, ''])
  const answers = [await process(), await process()]
  const tasks = answers.map(({ headers }) => headers.get('location'))
  assert.equal(tasks[0], tasks[1])
  assert.equal((await ended(user.api, tasks[0]!)).status_message, 'Added 15 media files')
  const late = user.api(files, { method: 'POST', body: form(await emojiFiles(0, 1)) })
  assert.equal((await refusal(late))[0], 409)
  const elsewhere = await user.api(`/ingestion/${id}/data_files/${trans_id}`, { method: 'POST' })
  assert.equal(elsewhere.status, 404)
})

test('names with folders, emoji and marks that turn the reading direction', async () => {
  const [one] = await emojiFiles(6, 7)
  const answer = await addMedia(
    user.api,
    id,
    form(
      ['deep/er/💥.png', 'evil\u202Egnp.exe', '/etc/passwd', '..\\up.png', 'plain.png'].map(name => ({
        name,
        bytes: one!.bytes,
      })),
    ),
  )
  const task = await ended(user.api, answer.headers.get('location')!)
  assert.equal(task.problems_total, 3)
  const names = await app.db.query(sql`
    select folder, file_name from items where batch_id = ${task.batch_id} order by ordinal`)
  assert.deepEqual(names, [
    { folder: 'deep/er', file_name: '💥.png' },
    { folder: '', file_name: 'plain.png' },
  ])
})

test('files of a transaction that nobody processed are removed in the end, and only those', () =>
  leavesNothing(async () => {
    const { dataset_id: draft } = (await (
      await user.api('/ingestion/new_dataset?dataset_name=Forgotten')
    ).json()) as { dataset_id: string }
    const { trans_id } = (await (await user.api(`/ingestion/${draft}/data_files`)).json()) as {
      trans_id: number
    }
    const path = `/ingestion/${draft}/data_files/${trans_id}`
    const send = async () => user.api(path, { method: 'POST', body: form(await emojiFiles(0, 2)) })
    assert.equal((await send()).status, 202)
    const storage = fileStorage(join(app.place.dataFolder, 'media'))
    await removeAbandonedUploads(app.db, storage)
    assert.equal((await send()).status, 202, 'it is young')
    await app.db.query(sql`update batches set created_at = created_at - interval '8 days'`)
    await removeAbandonedUploads(app.db, storage)
    assert.equal((await send()).status, 404)
  }))
