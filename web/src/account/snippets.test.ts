// What the account page gives to paste runs as it is.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { raiseAlert, seedDataset } from '../../../test/support/alerts.ts'
import { testApp } from '../../../test/support/app.ts'
import { curlSnippet, pythonSnippet } from './snippets.ts'

const app = await testApp()
const ann = await app.user('ann')
await raiseAlert(app, await seedDataset(app, [ann]), { viewName: 'Damaged windshields', matched: [0, 1] })

const given = () => ({ url: app.url, apiKey: ann.apiKey, apiSecret: ann.apiSecret })
const run = async (program: string, ...args: string[]) =>
  (await promisify(execFile)(program, args, { timeout: 120_000 })).stdout

test('the Python example prints the unread alerts', async () => {
  assert.equal(await run('/usr/bin/python3', '-c', pythonSnippet(given())), 'Damaged windshields 2\n')
})

test('the curl example signs a token in the shell', async () => {
  const answer = JSON.parse(await run('sh', '-c', curlSnippet(given())))
  assert.equal(answer.notifications[0].metadata.view_name, 'Damaged windshields')
})
