// The web inbox from outside: how its files are served, and the ways in.
import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { test } from 'node:test'
import { brotliDecompressSync } from 'node:zlib'
import { firstRunKeyOf, setupKeyOf } from '../src/auth/credentials.ts'
import { webFolder } from '../src/http/web.ts'
import { skip } from './support/browser.ts'
import { openWeb, violations } from './support/web.ts'

const { app, windowOf } = await openWeb()
const page = { accept: 'text/html,application/xhtml+xml' }

test('every address that a browser opens is the page, under a policy that lets no foreign script in', {
  skip,
}, async () => {
  for (const path of ['/', '/tasks', '/no/such/screen', '/alerts/x?y=1']) {
    const answer = await fetch(`${app.url}${path}`, { headers: page })
    assert.equal(answer.status, 200, path)
    const policy = answer.headers.get('content-security-policy')!
    assert.match(policy, /default-src 'none'; script-src 'self';/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.equal(answer.headers.get('cache-control'), 'no-cache')
    const text = await answer.text()
    assert.match(text, /<div id="root">/)
    assert.doesNotMatch(text, /<script(?![^>]*\ssrc=)/, 'no script in the page')
  }
})

test('what is the API stays the API, also for a browser', { skip }, async () => {
  for (const path of ['/api/v1/nothing', '/api', '/healthz/x']) {
    const answer = await fetch(`${app.url}${path}`, { headers: page })
    assert.equal(answer.status, 404, path)
    assert.match(((await answer.json()) as { detail: string }).detail, /There is no route/)
  }
  assert.equal((await fetch(`${app.url}/no/such/screen`)).status, 404, 'for who does not ask for a page')
  assert.equal((await fetch(`${app.url}/api/v1/auth/login`, { headers: page })).status, 405)
  assert.equal((await fetch(`${app.url}/assets/..%2f..%2f..%2fpackage.json`)).status, 404)
  assert.equal((await fetch(`${app.url}/.made-from`)).status, 404)
})

test('files are compressed and kept for good, because their names change with them', { skip }, async () => {
  const [, file] = /src="\/(assets\/[^"]+\.js)"/.exec(readFileSync(`${webFolder}/index.html`, 'utf8'))!
  const answer = await fetch(`${app.url}/${file}`, { headers: { 'accept-encoding': 'br' } })
  assert.equal(answer.headers.get('content-encoding'), 'br')
  assert.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  assert.match(answer.headers.get('content-type')!, /javascript/)
  const sent = brotliDecompressSync(readFileSync(`${webFolder}/${file}.br`)).toString()
  assert.equal(await answer.text(), sent)
})

/** For the shell and the inbox, as a browser gets it; further screens come when they are opened. */
const maxFirstLoadBytes = 250_000

test('the first load is small, and carries no screen but the inbox', { skip }, async () => {
  const manifest = JSON.parse(readFileSync(`${webFolder}/.vite/manifest.json`, 'utf8')) as Record<
    string,
    { file: string; imports?: string[]; dynamicImports?: string[] }
  >
  const first = new Set<string>()
  const collect = (name: string) => {
    if (first.has(name)) return
    first.add(name)
    for (const imported of manifest[name]!.imports ?? []) collect(imported)
  }
  collect('index.html')
  const bytes = [...first].reduce(
    (sum, name) => sum + statSync(`${webFolder}/${manifest[name]!.file}.br`).size,
    0,
  )
  assert.ok(bytes > 0 && bytes <= maxFirstLoadBytes, `${bytes} bytes of compressed JavaScript`)
  assert.ok(manifest['index.html']!.dynamicImports!.includes('src/tasks/page.tsx'))
})

test('the first start’s link makes the first account, once; then one signs in and out', {
  skip,
}, async () => {
  const { open } = await windowOf()
  const link = `/first-run#${firstRunKeyOf(app.app.serverKey)}`
  const tab = await open(link)
  await tab.getByLabel('Your name').fill('Ann')
  await tab.getByLabel('Email').fill('ann@example.com')
  await tab.getByRole('textbox', { name: 'Password' }).fill('correct horse')
  assert.deepEqual(await violations(tab), [])
  await tab.getByRole('button', { name: 'Make the account' }).click()
  await tab.getByRole('button', { name: 'Account of Ann' }).click()
  await tab.getByRole('menuitem', { name: 'Sign out' }).click()
  await tab.getByLabel('Email').fill('ann@example.com')
  await tab.getByRole('textbox', { name: 'Password' }).fill('wrong')
  await tab.getByRole('button', { name: 'Sign in' }).click()
  await tab.getByText('The email or the password is wrong.').waitFor()
  assert.deepEqual(await violations(tab), [])
  await tab.getByRole('textbox', { name: 'Password' }).fill('correct horse')
  await tab.getByRole('button', { name: 'Sign in' }).click()
  await tab.getByRole('button', { name: 'Account of Ann' }).waitFor()

  const second = await fetch(`${app.url}/api/v1/auth/first-run`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      key: firstRunKeyOf(app.app.serverKey),
      email: 'eve@example.com',
      name: 'Eve',
      password: 'correct horse',
    }),
  })
  assert.equal(second.status, 409)
})

test('a sign-in link opens once', { skip }, async () => {
  const user = await app.user('bob')
  const made = await fetch(`${app.url}/api/v1/users/${user.id}/sign_in_link`, {
    method: 'POST',
    headers: { 'x-belfry-setup-key': setupKeyOf(app.app.serverKey) },
  })
  const { path } = (await made.json()) as { path: string }
  const first = await windowOf()
  const tab = await first.open(path)
  await tab.getByRole('button', { name: 'Account of bob' }).waitFor()
  assert.equal(new URL(tab.url()).hash, '', 'what the link carried is gone from the address')
  const second = await windowOf()
  const late = await second.open(path)
  await late.getByText('This link was used already or has expired').waitFor()
})
