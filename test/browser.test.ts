// The client in a browser: a page of another origin signs in with the cookie, uploads with progress, and hears of it.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { BelfryClient } from '@belfry/client'
import type { Browser } from 'playwright-core'
import { setupKeyOf } from '../src/auth/credentials.ts'
import { startTestApp, type TestApp } from './support/app.ts'
import { deadlineMs, launch, skip } from './support/browser.ts'
import { emoji, picture } from './support/media.ts'

const account = { email: 'ann@example.com', name: 'Ann', password: 'correct horse battery staple' }

let app: TestApp
let pages: Server
let browser: Browser
let folder: string
before(async () => {
  if (skip) return
  folder = await mkdtemp(join(tmpdir(), 'belfry-browser-'))
  const client = fileURLToPath(new URL('../client/tsconfig.build.json', import.meta.url))
  execFileSync('tsc', ['-p', client, '--outDir', folder], { timeout: deadlineMs })
  pages = createServer(async (request, response) => {
    const script = request.url?.endsWith('.js')
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html')
    response.end(script ? await readFile(join(folder, request.url!)) : '<title>A page</title>')
  }).listen(0, '127.0.0.1')
  await once(pages, 'listening')
  app = await startTestApp({ env: { BELFRY_ORIGINS: origin() } })
  await new BelfryClient({ url: app.url }).users.create(account, setupKeyOf(app.app.serverKey))
  browser = await launch()
})
after(async () => {
  if (skip) return
  await browser.close()
  await app.close()
  pages.close()
  await rm(folder, { recursive: true })
})
const origin = () => `http://127.0.0.1:${(pages.address() as AddressInfo).port}`

test('a page follows the whole path with the session cookie', { skip }, async () => {
  const page = await browser.newPage()
  await page.goto(origin())
  const bytes = [...(await picture(emoji[0]!))]
  const seen = await page.evaluate(
    async ({ url, account, bytes }) => {
      const script = '/index.js'
      const { BelfryClient } = (await import(script)) as typeof import('@belfry/client')
      const client = new BelfryClient({ url })
      const refused = await client.datasets.list().catch(error => error.status)
      await client.session.signIn(account.email, account.password)
      const file = (name: string) => ({ name, data: new Blob([new Uint8Array(bytes)]) })
      const dataset = await client.datasets.create('Emoji')
      const sent: number[] = []
      const onProgress = ({ sentBytes, totalBytes }: { sentBytes: number; totalBytes: number }) =>
        sent.push(sentBytes / totalBytes)
      const first = await client.media.ingest(dataset, [file('a/1.png')], { onProgress })
      await client.waitForTask(first.taskId)
      await client.views.create(dataset, 'Everything')
      const opened = Promise.withResolvers<void>()
      const stream = client.stream({ onChange: ({ kind }) => kind === 'open' && opened.resolve() })
      const alert = (async () => {
        for await (const one of stream) return one
      })()
      await opened.promise
      const added = await client.media.add(
        dataset,
        { files: [file('a/2.png'), file('b/3.png')] },
        { onProgress },
      )
      const { metadata } = (await alert)!
      const none = await client.datasets.get('x').catch(error => ({ ...error, message: error.message }))
      return { refused, sent: sent.at(-1), added, metadata, none, cursor: stream.cursor }
    },
    { url: app.url, account, bytes },
  )
  assert.equal(seen.refused, 401)
  assert.equal(seen.sent, 1)
  assert.equal(seen.metadata.result_count, 2)
  assert.equal(seen.metadata.batch_id, seen.added.batchId)
  assert.match(seen.added.taskId, /^[0-9a-f-]{36}$/)
  assert.ok(seen.cursor)
  assert.equal(seen.none.status, 422)
  assert.match(seen.none.requestId, /^[0-9a-f-]{36}$/)
})
