// The page's stream: its two examples, its parameter and its events.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { hashPassword } from '../../src/auth/password.ts'
import { raiseAlert, seedDataset } from '../support/alerts.ts'
import { testApp } from '../support/app.ts'
import { chromiumPath, launch } from '../support/browser.ts'
import { until } from '../support/deadline.ts'
import { createLibrary } from '../support/library.ts'
import { openStream } from '../support/stream.ts'
import { takeBlocks, takeRows } from './page.ts'
import { pythonProgram, start } from './programs.ts'
import { addIceCream, ann, app, ask, filledIn, library, raise } from './setting.ts'

const section = 'Real-Time Notification Stream (SSE)'
const javascript = takeBlocks('javascript')
const shown = 'Alert: icecream\n  2 new matches\n  Dataset: Ice cream\n'

/** Resolves when the next client has its stream; from then on it gets what is raised. */
function nextStream(of: typeof app): () => Promise<void> {
  let answer: ServerResponse | undefined
  of.app.server.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith('/api/v1/notifications/stream')) answer = response
  })
  return () => until(() => answer?.headersSent === true, 'the example opening its stream')
}

async function signIn(user: { id: string; email: string }, on: typeof app): Promise<string> {
  const password = 'correct horse battery'
  await on.db.query(
    sql`update users set password_hash = ${await hashPassword(password)} where id = ${user.id}`,
  )
  const answer = await fetch(`${on.url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: user.email, password }),
  })
  assert.equal(answer.status, 200, await answer.text())
  return /SESSION=[^;]+/.exec(answer.headers.get('set-cookie')!)![0]
}

test('the Python example prints the alert of a batch that matches while it listens', async () => {
  const { code } = takeBlocks('python').find(block => block.section === section)!
  const listening = nextStream(app)
  const example = start(pythonProgram(), ['-c', filledIn(code)])
  try {
    await listening()
    await addIceCream()
    await example.prints('Alert: icecream\n  2 new results\n')
  } finally {
    example.stop()
  }
})

test('the JavaScript example does so under Node, with the session cookie', async () => {
  assert.equal(javascript.length, 1)
  // A browser adds its cookie itself; Node's EventSource is told to.
  const browserLike = `
    import { EventSource as Source } from 'eventsource'
    globalThis.EventSource = class extends Source {
      constructor(url, { withCredentials }) {
        const headers = withCredentials ? { cookie: process.env.COOKIE } : {}
        super(url, { fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, ...headers } }) })
      }
    }\n`
  const listening = nextStream(app)
  const code = browserLike + filledIn(javascript[0]!.code)
  const example = start(process.execPath, ['--input-type=module', '-e', code], {
    COOKIE: await signIn(ann, app),
  })
  try {
    await listening()
    await addIceCream()
    await example.prints(shown)
    assert.equal(example.printed.errors, '')
  } finally {
    example.stop()
  }
})

const absent =
  !existsSync(chromiumPath) && !process.env.CI && 'needs a browser on Debian: apt-get install -y chromium'

test("and in a browser, on a page of another origin which the server's operator allowed", {
  skip: absent,
}, async t => {
  const elsewhere = createServer((_, response) => response.end('<!doctype html>')).listen(0, '127.0.0.1')
  t.after(() => elsewhere.close())
  await once(elsewhere, 'listening')
  const { port } = elsewhere.address() as { port: number }
  const origin = `http://127.0.0.1:${port}`
  const server = await testApp({ env: { BELFRY_ORIGINS: origin } })
  const window = await launch()
  t.after(() => window.close())
  const user = await server.user('ann')
  const [name, value] = (await signIn(user, server)).split('=') as [string, string]
  const context = await window.newContext()
  await context.addCookies([{ name, value, url: server.url, httpOnly: true, sameSite: 'Lax' }])
  const icecream = await createLibrary(user, 'Ice cream')
  await icecream.watch('icecream', 'icecream')

  const page = await context.newPage()
  let printed = ''
  page.on('console', message => {
    printed += `${message.text()}\n`
  })
  await page.goto(origin)
  const listening = nextStream(server)
  await page.addScriptTag({ content: filledIn(javascript[0]!.code).replaceAll(app.url, server.url) })
  await listening()
  await icecream.add([
    { name: 'cone.png', labels: ['icecream'] },
    { name: 'cup.png', labels: ['icecream'] },
  ])
  await until(() => printed.includes('Dataset:'), 'the example printing the alert')
  assert.equal(printed, shown)
})

test('the parameter of the stream', async () => {
  assert.deepEqual([...takeRows(section, 'Parameter').keys()], ['dataset_id'])
  const other = await seedDataset(app, [ann], 'Tea')
  const stream = await openStream(ann, `?dataset_id=${other}`)
  await raise()
  await raiseAlert(app, other, { viewName: 'teapots' })
  assert.deepEqual(await stream.names(1), ['teapots'])
  stream.close()
  assert.equal((await ask('/stream?dataset_id=tea')).status, 422)
})

test('the events of the stream', async () => {
  assert.deepEqual([...takeRows(section, 'Event').keys()], ['notification', 'ping', 'error'])
  const stream = await openStream(ann)
  await raise()
  const { notification } = await stream.next()
  const [listed] = (await ask(`?limit=1&dataset_id=${library.id}`)).body.notifications
  assert.equal(JSON.stringify(notification), JSON.stringify(listed), 'the full notification object')

  const pingAt = async () => {
    assert.equal((await stream.nextBlock())?.event, 'ping')
    return performance.now()
  }
  // Two intervals: the first ping may have come late to a busy machine.
  const [first, , third] = [await pingAt(), await pingAt(), await pingAt()]
  assert.ok(third - first > 3000 && third - first < 30_000, `two pings came after ${third - first} ms`)
  stream.close()
})

test('an error event leaves the stream open, and what was missed meanwhile follows', async () => {
  const server = await testApp({ env: { BELFRY_LOG_LEVEL: 'silent' } })
  const user = await server.user('ann')
  const dataset = await seedDataset(server, [user])
  const stream = await openStream(user)
  await server.db.query(sql`alter table notifications rename to hidden`)
  await server.db.query(sql`select pg_notify('belfry_appended', '')`)
  let block = await stream.nextBlock()
  while (block?.event === 'ping') block = await stream.nextBlock()
  assert.equal(block?.event, 'error')
  await server.db.query(sql`alter table hidden rename to notifications`)
  await raiseAlert(server, dataset, { viewName: 'afterwards' })
  assert.deepEqual(await stream.names(1), ['afterwards'])
  stream.close()
})
