// What strangers send. Each bad input has its status and a sentence, the rest of the batch goes on, and the memory of
// the server stays bounded; the server is a process of its own, so that its memory can be told.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import sharp from 'sharp'
import { startChildApp } from './support/child-app.ts'
import { blackPng, stored, zerosFile, zip } from './support/hostile.ts'
import { addMedia, emoji, emojiFiles, ended, form, newDataset, picture, type Sent } from './support/media.ts'

const server = await startChildApp()
const dataset = await newDataset(server.api, 'Abuse', await emojiFiles(0, 2))

/** Decoding, unpacking and answering may take some, but nothing near what the bad inputs claim to be. */
const mayGrowMb = 200

async function staysSmall(work: () => Promise<unknown>): Promise<void> {
  const grownMb = await server.peakMb(work)
  assert.ok(grownMb < mayGrowMb, `the server grew by ${Math.round(grownMb)} MB`)
}

async function refusal(path: string, init?: RequestInit): Promise<{ status: number; detail: string }> {
  const answer = await server.api(path, init)
  const body = (await answer.json()) as { detail: string }
  assert.deepEqual(Object.keys(body), ['detail'], JSON.stringify(body).slice(0, 500))
  assert.doesNotMatch(body.detail, /\n|node_modules|select |syntax error|relation/i)
  return { status: answer.status, detail: body.detail }
}

/** Adds the files, waits for the task, and returns what it says. */
async function add(files: Sent[], field = 'files') {
  const accepted = await addMedia(server.api, dataset, form(files, { auto_reindex: 'true' }, field))
  assert.equal(accepted.status, 202, await accepted.clone().text())
  return ended(server.api, accepted.headers.get('location')!)
}
const images = async (): Promise<number> =>
  ((await (await server.api(`/dataset/${dataset}`)).json()) as { n_images: number }).n_images

const nobody = '11111111-1111-4111-8111-111111111111'
const json = { 'content-type': 'application/json' }
const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' }
const multipart = { 'content-type': 'multipart/form-data; boundary=b' }

test('malformed ids', async () => {
  const id = /must be a UUID/
  for (const path of [
    '/dataset/1',
    `/dataset/urn:uuid:${nobody}`,
    `/dataset/{${nobody}}`,
    `/dataset/${nobody}%00`,
    `/dataset/${dataset}/views/${dataset.slice(0, -1)}`,
    '/notifications?dataset_id=',
    '/tasks/none',
  ]) {
    const { status, detail } = await refusal(path)
    assert.equal(status, 422, path)
    assert.match(detail, id, path)
  }
  assert.deepEqual(await refusal('/dataset/%zz'), {
    status: 400,
    detail: 'The path is not URL-encoded rightly; write % as %25.',
  })
})

test('malformed numbers and booleans', async () => {
  for (const [query, sentence] of [
    ['limit=0', />= 1/],
    ['limit=99999999999999999999', /<= 100/],
    ['limit=5.5', /whole number/],
    ['limit=1e1', /whole number/],
    ['limit=0x10', /whole number/],
    ['limit=Infinity', /whole number/],
    ['limit=%F0%9F%94%94', /whole number/],
    ['limit=5&limit=6', /one whole number/],
    ['offset=-1', />= 0/],
    ['unread_only=maybe', /true or false/],
    ['unread_only=', /true or false/],
  ] as const) {
    const { status, detail } = await refusal(`/notifications?${query}`)
    assert.equal(status, 422, query)
    assert.match(detail, sentence, query)
    assert.match(detail, /'(limit|offset|unread_only)'/)
  }
  for (const threshold of ['2', '-0.1', 'NaN', 'Infinity', '1e999', '']) {
    const { status, detail } = await refusal(`/explore/${dataset}?threshold=${threshold}`)
    assert.equal(status, 422, threshold)
    assert.match(detail, /'threshold'/)
  }
})

test('malformed JSON', async () => {
  const path = `/dataset/${dataset}/views/${nobody}/alerting`
  for (const [body, status] of [
    ['{', 400],
    ['', 422],
    ['['.repeat(1_000_000), 400],
    ['{"__proto__": {"request": {"enabled": true}}}', 400],
    ['null', 422],
    ['[]', 422],
    ['{"enabled": true}', 422],
    ['{"request": {"enabled": "perhaps"}}', 422],
    [`{"request": "${'x'.repeat(3_000_000)}"}`, 413],
  ] as const)
    assert.equal(
      (await refusal(path, { method: 'POST', headers: json, body })).status,
      status,
      body.slice(0, 50),
    )
  const xml = await refusal(path, { method: 'POST', headers: { 'content-type': 'text/xml' }, body: '<a/>' })
  assert.equal(xml.status, 415)
  assert.match(xml.detail, /application\/json/)
})

test('malformed multipart', async () => {
  const file = 'Content-Disposition: form-data; name="files"; filename="a.png"'
  const cut = /broken or was cut/
  const noSource = /Exactly one media source/
  for (const [body, sentence] of [
    ['hello', cut],
    ['--b\r\n', cut],
    [`--b\r\n${file}\r\n\r\nabc`, cut],
    ['--b--\r\n', noSource],
    ['--b\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--b--\r\n', noSource],
  ] as const) {
    const { status, detail } = await refusal(`/dataset/${dataset}/add_media`, {
      method: 'POST',
      headers: multipart,
      body,
    })
    assert.equal(status, 400)
    assert.match(detail, sentence)
  }
  await staysSmall(async () => {
    const headers = `--b\r\nX-A: ${'y'.repeat(50_000_000)}\r\n\r\nabc\r\n--b--\r\n`
    const answer = await refusal(`/dataset/${dataset}/add_media`, {
      method: 'POST',
      headers: multipart,
      body: headers,
    })
    assert.equal(answer.status, 400)
  })
})

test('a zip of 1 MB that holds 1 GB of zeros: refused by name, and the picture beside it is taken', async () => {
  const bomb = zip([stored('good.png', await picture(emoji[2]!)), zerosFile('bomb.png', 2 ** 30)])
  assert.ok(bomb.length < 1.2 * 2 ** 20)
  const before = await images()
  await staysSmall(async () => {
    const task = await add([{ name: 'bomb.zip', bytes: bomb }], 'archive')
    assert.equal(task.status, 'COMPLETED')
    assert.deepEqual(
      task.problems.map(({ subject }) => subject),
      ['bomb.png'],
    )
    assert.match(task.problems[0]!.problem, /larger than|unpacks to far more/)
  })
  assert.equal(await images(), before + 1)
})

test('pictures that are too large, cut off, or programs', async () => {
  let fetched = 0
  const bait = createServer((_, response) => {
    fetched++
    response.end()
  }).listen(0, '127.0.0.1')
  await once(bait, 'listening')
  const address = `http://127.0.0.1:${(bait.address() as { port: number }).port}/`
  const svg = `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "${address}">]>
    <svg xmlns="http://www.w3.org/2000/svg"><image href="${address}"/><text>&x;</text></svg>`
  const jpeg = await sharp({
    create: { width: 640, height: 480, channels: 3, noise: { type: 'gaussian' }, background: '#777' },
  })
    .jpeg()
    .toBuffer()
  const before = await images()
  await staysSmall(async () => {
    const task = await add([
      { name: 'good.png', bytes: await picture(emoji[3]!) },
      { name: 'huge.png', bytes: blackPng(50_000, 50_000) },
      { name: 'cut.jpg', bytes: Buffer.from(jpeg.subarray(0, jpeg.length / 2)) },
      { name: 'drawing.svg', bytes: svg },
      { name: 'drawing.png', bytes: svg },
      { name: 'empty.png', bytes: '' },
    ])
    assert.equal(task.status, 'COMPLETED')
    const problems = Object.fromEntries(task.problems.map(({ subject, problem }) => [subject, problem]))
    assert.match(problems['huge.png']!, /50000 × 50000 pixels; the limit is 100 million/)
    assert.match(problems['cut.jpg']!, /damaged or cut off/)
    assert.match(problems['drawing.svg']!, /SVG and XML/)
    assert.match(problems['drawing.png']!, /SVG and XML/)
    assert.match(problems['empty.png']!, /empty/)
    assert.equal(task.problems_total, 5)
  })
  assert.equal(await images(), before + 1)
  assert.equal(fetched, 0, 'nothing was fetched for an SVG')
  bait.close()
})

test('names that leave the folder, hide, or are only unusual', async () => {
  const bytes = await picture(emoji[4]!)
  const bad = {
    '../../etc/cron.d/evil.png': /leaves its folder/,
    '/etc/evil.png': /absolute path/,
    'C:\\evil.png': /absolute path/,
    'a\0b.png': /NUL/,
    'invoice\u202egnp.exe.png': /reading direction/,
    [`${'x'.repeat(300)}.png`]: /longer than/,
  }
  const good = ['👩‍🚀 über/שלום.png', 'a;b&c$(reboot).png', "it's.png"]
  const before = await images()
  const task = await add([...Object.keys(bad), ...good].map(name => ({ name, bytes })))
  assert.equal(task.status, 'COMPLETED')
  assert.equal(task.problems_total, Object.keys(bad).length, JSON.stringify(task.problems))
  for (const sentence of Object.values(bad))
    assert.ok(
      task.problems.some(({ problem }) => sentence.test(problem)),
      `${sentence} in ${JSON.stringify(task.problems)}`,
    )
  assert.equal(await images(), before + good.length)
})

test('a VQL of 1 MB, and one that is only too long', async () => {
  const views = `/dataset/${dataset}/views`
  const vql = (bytes: number) => `vql=${'x'.repeat(bytes)}`
  await staysSmall(async () => {
    const huge = await refusal(`${views}?${vql(2 ** 20)}`, {
      method: 'POST',
      body: 'name=a',
      headers: urlencoded,
    })
    assert.equal(huge.status, 431)
    assert.match(huge.detail, /shorten the query \(vql\)/)
    const long = await refusal(`${views}?${vql(100_000)}`, {
      method: 'POST',
      body: 'name=a',
      headers: urlencoded,
    })
    assert.deepEqual(long, { status: 422, detail: 'vql has 100000 bytes; at most 65536 are allowed.' })
  })
})

test('10,000 views are listed, evaluated, and each of them alerts once', async () => {
  const views = 10_000
  await server.makeViews(dataset, views)
  await staysSmall(async () => {
    const listed = (await (await server.api(`/dataset/${dataset}/views`)).json()) as { views: object[] }
    assert.equal(listed.views.length, views)
    const task = await add([{ name: 'one.png', bytes: await picture(emoji[5]!) }])
    assert.equal(task.status, 'COMPLETED')
    const unread = (await (await server.api('/notifications/unread-count')).json()) as { count: number }
    assert.equal(unread.count, views)
  })
})

test('clients that never finish their headers hold up nobody, and are cut', async () => {
  const slow = await openSlowConnections()
  await staysSmall(async () => assert.equal((await server.api('/notifications')).status, 200))
  assert.ok(slow.every(({ closed }) => !closed))
  await server.shortenHeadersTimeout()
  await Promise.all(slow.map(socket => socket.closed || once(socket, 'close')))
  assert.equal((await server.api('/notifications')).status, 200)
  assert.equal(server.hasEnded(), false)
})

/** Each sends one byte of a header now and then. */
async function openSlowConnections(): Promise<Socket[]> {
  const { hostname, port } = new URL(server.url)
  const sockets = Array.from({ length: 200 }, () => {
    const socket = connect(Number(port), hostname).on('error', () => {})
    socket.write('GET / HTTP/1.1\r\nX-Slow: ')
    const timer = setInterval(() => socket.write('a'), 5_000)
    return socket.once('close', () => clearInterval(timer)).resume()
  })
  await Promise.all(sockets.map(socket => once(socket, 'connect')))
  return sockets
}
