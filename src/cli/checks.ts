// What `doctor` looks at. Each check says what it found, and what to do when that is not well.
import { constants } from 'node:fs'
import { access, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { BelfryClient } from '@belfry/client'
import pg from 'pg'
import sql from 'sql-template-tag'
import type { Config } from '../config.ts'
import type { Queryable } from '../db/database.ts'
import { FolderInUse, letIn, lockFolder, unanswered } from '../db/open.ts'
import { aboutPgvector, extensionVersion } from '../db/pgvector.ts'
import { belfry } from './invocation.ts'
import type { readSettings } from './settings.ts'

export interface Finding {
  ok: boolean
  what: string
  /** What to do; only when not ok. */
  todo?: string
}
type Settings = Awaited<ReturnType<typeof readSettings>>

/** A batch of pictures and its thumbnails need room; PostgreSQL stops when a disk is full. */
const minFreeBytes = 2 ** 30
/** The server refuses tokens whose time is off by more. */
const maxSkewMs = 30_000
const answerTimeoutMs = 5_000
const oldestPostgres = 15

export const nodeVersion = (): Finding => ({ ok: true, what: `Node ${process.version}` })

export async function dataFolder({ dataFolder }: Config): Promise<Finding> {
  const exists = await stat(dataFolder).catch(() => undefined)
  if (!exists) return { ok: true, what: `Data folder ${dataFolder} will be made by the first start` }
  const may = await access(dataFolder, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  )
  if (may && exists.isDirectory()) return { ok: true, what: `Data folder ${dataFolder} can be written` }
  return {
    ok: false,
    what: `Data folder ${dataFolder} can not be written`,
    todo: 'Give this user the folder, or choose another with BELFRY_DATA.',
  }
}

export async function lock({ dataFolder, databaseUrl }: Config): Promise<Finding> {
  if (databaseUrl) return { ok: true, what: 'No lock is needed with a PostgreSQL of its own' }
  if (!(await stat(join(dataFolder, 'in-use.lock')).catch(() => undefined)))
    return { ok: true, what: 'The data folder is not in use' }
  try {
    lockFolder(dataFolder)()
    return { ok: true, what: 'The data folder is not in use' }
  } catch (error) {
    if (error instanceof FolderInUse)
      return { ok: true, what: 'The data folder is in use by a running Belfry' }
    throw error
  }
}

export async function database({ dataFolder, databaseUrl }: Config): Promise<Finding> {
  if (!databaseUrl) {
    const made = await stat(join(dataFolder, 'database', 'PG_VERSION')).catch(() => undefined)
    return { ok: true, what: `Embedded database${made ? '' : ', made by the first start'}` }
  }
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: answerTimeoutMs })
  try {
    await client.connect()
    const query = async (statement: Parameters<Queryable['query']>[0]) => (await client.query(statement)).rows
    const [row] = await query(sql`select current_setting('server_version') as version`)
    const { version } = row as { version: string }
    const ok = Number.parseInt(version, 10) >= oldestPostgres
    const what = `PostgreSQL ${version}, ${aboutPgvector(await extensionVersion({ query }))}`
    return { ok, what, todo: `Belfry needs PostgreSQL ${oldestPostgres} or newer.` }
  } catch (error) {
    return {
      ok: false,
      what: unanswered(error),
      todo: letIn,
    }
  } finally {
    await client.end().catch(() => {})
  }
}

export async function diskSpace({ dataFolder }: Config): Promise<Finding> {
  const there = await stat(dataFolder).catch(() => undefined)
  const { bavail, bsize } = await statfs(there ? dataFolder : '.')
  const free = bavail * bsize
  return {
    ok: free >= minFreeBytes,
    what: `${(free / 2 ** 30).toFixed(1)} GiB of disk space are free`,
    todo: `Make room; Belfry wants at least ${minFreeBytes / 2 ** 30} GiB.`,
  }
}

/** The server, the two clocks, and whether the keys open it. */
export async function* server(settings: Settings): AsyncGenerator<Finding> {
  const { url } = settings
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(answerTimeoutMs) }).catch(
    () => undefined,
  )
  if (!answer) {
    yield { ok: false, what: `No Belfry answers at ${url}`, todo: `Start it with '${belfry('serve')}'.` }
    return
  }
  await answer.arrayBuffer()
  yield {
    ok: answer.ok,
    what: `Belfry answers at ${url} with ${answer.status}`,
    todo: 'Its log says why it is not ready.',
  }
  const skewMs = Math.abs(Date.parse(answer.headers.get('date') ?? '') - Date.now())
  yield {
    ok: !(skewMs > maxSkewMs),
    what: `The clocks differ by ${Math.trunc(skewMs / 1000) || 0} s`,
    todo: 'Set the clock (NTP) on both machines; tokens are refused otherwise.',
  }
  const client = new BelfryClient(settings)
  const you = await client.users.me().then(
    me => ({ ok: true, what: `You are ${me.email}` }),
    error => ({
      ok: false,
      what: `The server does not let you in: ${error.message}`,
      todo: `Make a user with '${belfry('user create <email>')}'.`,
    }),
  )
  yield you
  if (you.ok) yield* views(client)
}

/** So many are named; more would be a list for another place. */
const namedViews = 3

/** What the last batches cost, and which views they could not be held against. */
async function* views(client: BelfryClient): AsyncGenerator<Finding> {
  const { slowest, failing } = await client.views.costs(namedViews)
  const name = (view: { view_name: string; dataset_name: string }) =>
    `'${view.view_name}' in '${view.dataset_name}'`
  const timed = slowest.map(view => `${name(view)} ${view.ms.toFixed(1)} ms`)
  if (timed.length > 0) yield { ok: true, what: `The slowest views: ${timed.join(', ')}` }
  for (const view of failing)
    yield {
      ok: false,
      what: `The view ${name(view)} could not be evaluated: ${view.reason}`,
      todo: 'Its trend shows the batches that it missed; what cannot be mended is made again, or deleted.',
    }
}
