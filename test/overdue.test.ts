// A run of the suite has an end, whatever its files do. Here both hold its output open for two minutes.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Limits } from './support/overdue.ts'

const skip = existsSync('/proc/self/stat') ? false : 'needs Linux’s /proc'
const fileAt = (name: string) => fileURLToPath(new URL(`./overdue/${name}`, import.meta.url))
/** Far beyond what a run takes, and less than its output is held open. */
const timeout = 60_000
const never = 600_000

function runOf(file: string, limits: Partial<Limits>) {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env // a run inside of a run would do nothing
  const all: Limits = { fileMs: never, strayMs: never, lookEveryMs: 100, ...limits }
  const args = [fileAt('run.ts'), fileAt(file), JSON.stringify(all)]
  return spawnSync(process.execPath, args, { env, timeout, encoding: 'utf8' })
}

test('a file whose hook hangs fails, and is ended with what it started', { skip }, () => {
  const { status, stdout } = runOf('hanging-hook.ts', { fileMs: 1_500 })
  assert.match(stdout, /^Ended, because it takes too long: .*hanging-hook\.ts/m)
  assert.equal(status, 1, stdout)
})

test('a file that leaves a program behind has passed, and the program is ended', { skip }, () => {
  const { status, stdout } = runOf('leaves-a-program.ts', { strayMs: 200 })
  assert.match(stdout, /^Ended, because it outlived its test file: … sleep 120/m)
  assert.equal(status, 0, stdout)
})
