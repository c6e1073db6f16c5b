// The scripts of examples/ are run as they are, against a real server, until each has printed an alert.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { BelfryClient } from '@belfry/client'
import { testApp } from './support/app.ts'
import { emojiFiles, newDataset, until } from './support/media.ts'

const app = await testApp()
const user = await app.user()
const client = new BelfryClient({ url: app.url, token: user.token })
const datasetId = await newDataset(user.api, 'Emoji', await emojiFiles(0, 2))
await client.views.create(datasetId, 'Everything')
const folder = await mkdtemp(join(tmpdir(), 'belfry-examples-'))
after(() => rm(folder, { recursive: true }))

for (const [command, script] of [
  [process.execPath, 'alerts.ts'],
  ['python3', 'alerts.py'],
] as const)
  test(`${script} prints an alert`, async t => {
    const example = spawn(command, [fileURLToPath(new URL(`../examples/${script}`, import.meta.url))], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        BELFRY_URL: app.url,
        BELFRY_API_KEY: user.apiKey,
        BELFRY_API_SECRET: user.apiSecret,
        BELFRY_TOKEN: user.token,
      },
    })
    t.after(() => example.kill('SIGKILL'))
    let printed = ''
    for (const output of [example.stdout, example.stderr]) output.on('data', chunk => (printed += chunk))
    await until(async () => (app.app.live.hub.size === 1 || example.exitCode !== null ? true : undefined))
    const added = {
      files: (await emojiFiles(2, 5)).map(({ name, bytes }) => ({ name, data: new Blob([bytes]) })),
    }
    const { taskId } = await client.media.add(datasetId, added)
    await until(async () =>
      /Everything: 3 new in Emoji\n/.test(printed) || example.exitCode !== null ? true : undefined,
    )
    assert.match(printed, /Everything: 3 new in Emoji\n/)
    example.kill()
    await once(example, 'close')
    await client.waitForTask(taskId)
  })
