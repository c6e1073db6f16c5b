// What is published holds no TypeScript that Node would have to run below node_modules, and it starts.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { glob } from 'node:fs/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Beyond this it hangs. */
const timeout = 240_000
const node = async (...args: string[]) =>
  (await promisify(execFile)(process.execPath, args, { cwd: root, timeout })).stdout

test('the packed command is compiled, carries the client, and starts', async () => {
  assert.match(
    await node('scripts/package.ts'),
    /^dist\/belfry-[\d.]+\.tgz, dist\/belfry-client-[\d.]+\.tgz$/m,
  )
  const files: string[] = []
  for await (const path of glob('dist/belfry/**/*.*', { cwd: root })) files.push(path)
  assert.ok(files.includes('dist/belfry/dist/db/pglite-worker.js'))
  assert.ok(files.includes('dist/belfry/migrations/0001_init.sql'))
  assert.ok(files.includes('dist/belfry/web/dist/index.html'))
  assert.deepEqual(
    files.filter(path => path.endsWith('.ts') && !path.endsWith('.d.ts')),
    [],
  )
  assert.match(await node('dist/belfry/bin/belfry.js', '--version'), /^[\d.]+\n$/)
  const address = ['--url', 'http://127.0.0.1:9']
  await assert.rejects(node('dist/belfry/bin/belfry.js', 'dataset', 'list', ...address), /No Belfry answers/)
})
