// A fresh database for each test file, on the engine the run is for: PostgreSQL when BELFRY_TEST_DATABASE_URL names
// a server where databases may be created, else the embedded engine. It is the copy of one that was migrated once.
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
  await onServer(async client =>
    client.query(`create database ${name} template ${await serverTemplate(client)}`),
  )
  const remove = async () => {
    await onServer(client => client.query(`drop database if exists ${name} with (force)`))
    await removeFolder()
  }
  return { databaseUrl: onServerAt(name), dataFolder, remove }
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

function onServerAt(database: string): string {
  const url = new URL(server!)
  url.pathname = `/${database}`
  return url.href
}

/** Templates are keyed by the migrations. */
async function migrationsDigest(): Promise<string> {
  const hash = createHash('sha256')
  for (const name of (await readdir(migrationsFolder)).sort())
    hash.update(name).update(await readFile(join(migrationsFolder, name)))
  return hash.digest('hex').slice(0, 16)
}

/** Making an embedded cluster takes seconds, copying a migrated one does not. */
async function embeddedTemplate(): Promise<string> {
  const template = join(tmpdir(), `belfry-template-${await migrationsDigest()}`)
  if (await stat(template).catch(() => undefined)) return template
  const making = await mkdtemp(join(tmpdir(), 'belfry-template-making-'))
  await migrateAnew({ databaseUrl: null, dataFolder: making })
  await rename(join(making, 'database'), template).catch(() => {}) // another test file was faster
  await rm(making, { recursive: true, force: true })
  return template
}

/** Whoever comes first makes it, the others wait. */
async function serverTemplate(client: pg.Client): Promise<string> {
  const template = `belfry_template_${await migrationsDigest()}`
  await client.query(`select pg_advisory_lock(hashtext('${template}'))`) // held until the client ends
  if ((await client.query('select from pg_database where datname = $1', [template])).rowCount) return template
  const making = `${template}_making`
  await client.query(`drop database if exists ${making}`) // of a run that was killed
  await client.query(`create database ${making}`)
  await migrateAnew({ databaseUrl: onServerAt(making), dataFolder: tmpdir() })
  await client.query(`alter database ${making} rename to ${template}`)
  return template
}

const migrateAnew = async (place: Pick<TestPlace, 'databaseUrl' | 'dataFolder'>) =>
  (await openDatabase(place)).close()
