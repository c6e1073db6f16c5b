// Belfry as people run it: `belfry serve` in a process of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import packageJson from '../../package.json' with { type: 'json' }
import { monotonicMs } from './load.ts'

const program = fileURLToPath(new URL('../../bin/belfry.js', import.meta.url))
/** Those of `npm start`. */
export const startFlags = packageJson.scripts.start.match(/--\S+/g) ?? []
const startTimeoutMs = 60_000

export type ServerProcess = Awaited<ReturnType<typeof serve>>

interface Serving {
  dataFolder: string
  databaseUrl?: string | null
  /** Flags of Node, e.g. for a profile. */
  nodeFlags?: string[]
}

/** Resolves when the server is ready; `seconds` is how long that took. */
export async function serve({ dataFolder, databaseUrl, nodeFlags = [] }: Serving) {
  const port = await freePort()
  const begun = monotonicMs()
  const child = spawn(process.execPath, [...startFlags, ...nodeFlags, program, 'serve'], {
    env: {
      PATH: process.env.PATH,
      BELFRY_DATA: dataFolder,
      BELFRY_PORT: String(port),
      BELFRY_LOG_LEVEL: 'error',
      ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', text => {
    said = `${said}${text}`.slice(-2000)
  })
  const exited = once(child, 'exit')
  const kill = () => child.kill()
  process.once('exit', kill)
  await untilReady(`http://127.0.0.1:${port}/readyz`, child).catch(cause => {
    throw new Error(`belfry serve did not start: ${said}`, { cause })
  })
  return {
    port,
    pid: child.pid!,
    seconds: (monotonicMs() - begun) / 1000,
    async stop() {
      child.kill('SIGTERM')
      await exited
      process.off('exit', kill)
    },
  }
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + startTimeoutMs
  for (;;) {
    const answer = await fetch(url).catch(() => undefined)
    await answer?.body?.cancel()
    if (answer?.ok) return
    if (child.exitCode !== null) throw new Error(`belfry serve ended with code ${child.exitCode}.`)
    if (Date.now() > deadline) throw new Error(`belfry serve does not answer at ${url}.`)
    await sleep(10)
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
