// Runs the page's examples with the programs a reader would use.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { until } from '../support/deadline.ts'

/** No proxy of the machine, and nothing held back in a buffer. */
const env = { PATH: process.env.PATH, PYTHONUNBUFFERED: '1' }
const timeoutMs = 120_000

/** Debian's own python3 first: another one of the machine would not see Debian's python3-requests. */
const python = ['/usr/bin/python3', 'python3'].find(
  program => spawnSync(program, ['-c', 'import requests'], { env, timeout: timeoutMs }).status === 0,
)

export function pythonProgram(): string {
  assert.ok(
    python,
    "The page's Python examples need the requests package: apt-get install -y python3-requests",
  )
  return python
}

export function bashProgram(): string {
  const found = spawnSync('curl', ['--version'], { env, timeout: timeoutMs }).status === 0
  assert.ok(found, "The page's bash examples need curl: apt-get install -y curl")
  return 'bash'
}

/** Starts `program` on the code; `text` is what it has printed so far. */
export function start(program: string, args: string[], extraEnv: Record<string, string> = {}) {
  const child = spawn(program, args, {
    env: { ...env, ...extraEnv },
    timeout: timeoutMs,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = { text: '', errors: '' }
  child.stdout.setEncoding('utf8').on('data', text => {
    printed.text += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    printed.errors += text
  })
  return {
    printed,
    ended: once(child, 'close') as Promise<[number | null]>,
    async prints(text: string): Promise<void> {
      await until(() => printed.text.includes(text) || hasEnded(child), `the example printing '${text}'`)
      assert.equal(printed.text, text, printed.errors)
    },
    stop: () => child.kill('SIGKILL'),
  }
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null

/** Runs the code to its end and returns what it printed. */
export async function run(program: string, code: string): Promise<string> {
  const { printed, ended } = start(program, ['-c', code])
  const [exitCode] = await ended
  assert.equal(exitCode, 0, printed.errors)
  return printed.text
}
