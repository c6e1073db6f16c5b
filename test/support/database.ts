// A fresh database for each test file, on the engine the run is for: PostgreSQL when BELFRY_TEST_DATABASE_URL names
// a server where databases may be created, else the embedded engine.
import { createHash, randomUUID } from 'node:crypto'
import { cpSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import pg from 'pg'
import { migrationsFolder } from '../../src/db/migrate.ts'
import { openDatabase } from '../../src/db/open.ts'
import { withDeadline } from './deadline.ts'

const server = process.env.BELFRY_TEST_DATABASE_URL
export const onPostgres = server !== undefined

export interface TestPlace {
  databaseUrl: string | null
  dataFolder: string
  remove: () => Promise<void>
}

export async function freshPlace(): Promise<TestPlace> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'belfry-test-'))
  const removeFolder = () => rm(dataFolder, { recursive: true, force: true })
  if (!server) {
    cpSync(await embeddedTemplate(), join(dataFolder, 'database'), { recursive: true }) // cp takes five times as long
    return { databaseUrl: null, dataFolder, remove: removeFolder }
  }
  const name = `belfry_test_${randomUUID().replaceAll('-', '')}`
  await onServer(client => client.query(`create database ${name}`))
  const url = new URL(server)
  url.pathname = `/${name}`
  const remove = async () => {
    await onServer(client => client.query(`drop database if exists ${name} with (force)`))
    await removeFolder()
  }
  return { databaseUrl: url.href, dataFolder, remove }
}

/** Open for the tests of a file. */
export async function testDatabase() {
  const place = await freshPlace()
  const db = await openDatabase(place)
  after(async () => {
    await withDeadline(db.close(), 'the end of the database')
    await place.remove()
  })
  return { place, db }
}

/** To make and to drop a database takes a second; others do it at the same time. */
const statementTimeoutMs = 60_000

async function onServer(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({
    connectionString: server,
    connectionTimeoutMillis: statementTimeoutMs,
    statement_timeout: statementTimeoutMs,
  })
  await client.connect()
  await work(client).finally(() => client.end())
}

// Making an embedded cluster takes seconds, copying a migrated one does not. Keyed by the migrations.
async function embeddedTemplate(): Promise<string> {
  const hash = createHash('sha256')
  for (const name of (await readdir(migrationsFolder)).sort())
    hash.update(name).update(await readFile(join(migrationsFolder, name)))
  const digest = hash.digest('hex').slice(0, 16)
  const template = join(tmpdir(), `belfry-template-${digest}`)
  if (await stat(template).catch(() => undefined)) return template
  const making = await mkdtemp(join(tmpdir(), 'belfry-template-making-'))
  const db = await openDatabase({ databaseUrl: null, dataFolder: making })
  await db.close()
  await rename(join(making, 'database'), template).catch(() => {}) // another test file was faster
  await rm(making, { recursive: true, force: true })
  return template
}
