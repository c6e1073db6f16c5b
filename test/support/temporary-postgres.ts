// A PostgreSQL of our own in a temporary folder, gone when it is no longer needed. As a program it runs a command
// with BELFRY_TEST_DATABASE_URL set: `node test/support/temporary-postgres.ts npm test`.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, globSync, openSync, readFileSync, rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { lastingPort } from './port.ts'

export interface TemporaryPostgres {
  /** A server where databases may be created. */
  url: string
  /** Stops it as an operator would, and starts it again on the same data and port. */
  restart: () => Promise<void>
  stop: () => Promise<void>
}

const startTimeoutMs = 120_000
/** Of one attempt. */
const connectTimeoutMs = 5_000
/** It ends those who are still connected; beyond this it hangs. */
const stopTimeoutMs = 30_000

/** `durable: false` leaves out fsync, which tests do not need; a benchmark wants the server as people run it. */
export async function startPostgres({ durable }: { durable: boolean }): Promise<TemporaryPostgres> {
  const programs = programsFolder()
  const account = unprivilegedAccount()
  const folder = await mkdtemp(join(tmpdir(), 'belfry-postgres-'))
  if (account) chownSync(folder, account.uid, account.gid)
  const data = join(folder, 'data')
  const asAccount = { ...account, cwd: folder }

  const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync']
  execFileSync(join(programs, 'initdb'), initdb, {
    ...asAccount,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: startTimeoutMs,
  })
  const port = await lastingPort()
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: folder,
    max_connections: 200,
    logging_collector: 'off',
    log_min_messages: 'panic',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  // Not to our own output: a server that outlives us would hold it open.
  const log = join(folder, 'log')
  const said = openSync(log, 'a')
  const start = () =>
    spawn(join(programs, 'postgres'), ['-D', data, ...options], {
      ...asAccount,
      stdio: ['ignore', said, said],
    })
  const stopServer = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return
    const exited = once(server, 'exit')
    server.kill('SIGINT') // its "fast" shutdown
    const late = setTimeout(() => server.kill('SIGQUIT'), stopTimeoutMs)
    await exited
    clearTimeout(late)
  }
  let server = start()

  const endNow = () => {
    server.kill('SIGQUIT')
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  process.once('exit', endNow)
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  await untilItAnswers(url, server, log)
  return {
    url,
    async restart() {
      await stopServer()
      server = start()
      await untilItAnswers(url, server, log)
    },
    async stop() {
      process.off('exit', endNow)
      await stopServer()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function programsFolder(): string {
  const folders = [...globSync('/usr/lib/postgresql/*/bin'), ...(process.env.PATH ?? '').split(':')]
  const found = folders.find(folder => existsSync(join(folder, 'initdb')))
  if (!found) throw new Error('PostgreSQL is not installed. On Debian: apt-get install -y postgresql-15')
  return found
}

/** PostgreSQL refuses to run as root; Debian's package made an account for it. */
function unprivilegedAccount(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

async function untilItAnswers(connectionString: string, server: ChildProcess, log: string): Promise<void> {
  const deadline = Date.now() + startTimeoutMs
  for (;;) {
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: connectTimeoutMs })
    try {
      await client.connect()
      await client.end()
      return
    } catch (cause) {
      const said = readFileSync(log, 'utf8')
      if (server.exitCode !== null) throw new Error(`The temporary PostgreSQL ended: ${said}`, { cause })
      if (Date.now() > deadline)
        throw new Error(`The temporary PostgreSQL does not answer: ${said}`, { cause })
      await sleep(50)
    }
  }
}

if (import.meta.main) {
  const [command, ...args] = process.argv.slice(2)
  if (!command) throw new Error('Say which command to run: temporary-postgres.ts npm test')
  const postgres = await startPostgres({ durable: false })
  const child = spawn(command, args, {
    stdio: 'inherit',
    env: { ...process.env, BELFRY_TEST_DATABASE_URL: postgres.url },
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  const [code] = (await once(child, 'exit')) as [number | null]
  await postgres.stop()
  process.exitCode = code ?? 1
}
