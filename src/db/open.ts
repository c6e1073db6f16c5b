// Opens the engine the configuration names, locks the embedded folder, and migrates.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import sql from 'sql-template-tag'
import type { Config } from '../config.ts'
import type { Database } from './database.ts'
import { migrate } from './migrate.ts'
import { openPglite } from './pglite.ts'
import { openPostgres } from './postgres.ts'
import { startVacuuming } from './vacuum.ts'

export async function openDatabase(config: Pick<Config, 'databaseUrl' | 'dataFolder'>): Promise<Database> {
  await mkdir(config.dataFolder, { recursive: true, mode: 0o700 })
  const db = config.databaseUrl ? await openServer(config.databaseUrl) : await openEmbedded(config.dataFolder)
  try {
    await migrate(db)
  } catch (error) {
    await db.close()
    throw error
  }
  return db
}

async function openServer(databaseUrl: string): Promise<Database> {
  const db = openPostgres(databaseUrl)
  try {
    await db.query(sql`select`)
    return db
  } catch (error) {
    await db.close()
    throw new Error(`${unanswered(error)}. ${letIn}`, { cause: error })
  }
}

/** Where a name has several addresses, Node's error has a code and no words. */
export const unanswered = (error: unknown): string =>
  `PostgreSQL does not answer: ${(error as Error).message || (error as { code?: string }).code}`
export const letIn = 'Check DATABASE_URL, and that PostgreSQL runs and lets this user in.'

const lookAtIt = 'Make room on its disk, or restore the folder from a backup, then start again.'

async function openEmbedded(dataFolder: string): Promise<Database> {
  const release = lockFolder(dataFolder)
  const folder = join(dataFolder, 'database')
  try {
    const db = await openPglite(folder).catch(error => {
      throw new Error(`The embedded database in ${folder} cannot be opened: ${error.message}. ${lookAtIt}`, {
        cause: error,
      })
    })
    const stopVacuuming = startVacuuming(db)
    const close = async () => {
      stopVacuuming()
      await db.close()
      release()
    }
    return { ...db, close }
  } catch (error) {
    release()
    throw error
  }
}

export class FolderInUse extends Error {}

/**
 * Two processes on one embedded folder would destroy it. SQLite's exclusive lock is one of the kernel: it ends with
 * the process, however that dies, which a pid file cannot promise.
 */
export function lockFolder(dataFolder: string): () => void {
  const lock = new DatabaseSync(join(dataFolder, 'in-use.lock'), { timeout: 0 })
  try {
    lock.exec('pragma locking_mode = exclusive; begin exclusive')
  } catch (cause) {
    lock.close()
    throw new FolderInUse(
      `Another Belfry is using ${dataFolder}. Stop it, or choose another folder with BELFRY_DATA.`,
      { cause },
    )
  }
  return () => lock.close()
}
