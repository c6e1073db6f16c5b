// Forward-only migrations: every file of migrations/ once, in the order of its number, each in a transaction.
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import sql, { raw } from 'sql-template-tag'
import type { Database, Queryable } from './database.ts'

export const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url))
/** Advisory lock: two servers that start at once migrate one after the other. */
const migrationLock = 0x62_65_6c_01

const filesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter(name => name.endsWith('.sql')).sort()

/** The files that this version has and the database has not. */
export async function missingMigrations(db: Queryable, folder = migrationsFolder): Promise<string[]> {
  const applied = await db.query<{ name: string }>(sql`select name from migrations`)
  return (await filesIn(folder)).filter(name => !applied.some(row => row.name === name))
}

/** Returns the names of the files that were applied now. */
export async function migrate(db: Database, folder = migrationsFolder): Promise<string[]> {
  const files = await filesIn(folder)
  return db.transaction(async tx => {
    await tx.query(sql`select pg_advisory_xact_lock(${migrationLock})`)
    await tx.query(sql`
      create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())`)
    const applied = new Set(
      (await tx.query<{ name: string }>(sql`select name from migrations`)).map(row => row.name),
    )
    const unknown = [...applied].filter(name => !files.includes(name))
    if (unknown.length > 0)
      throw new Error(
        `This database was migrated by a newer Belfry (${unknown.join(', ')}). Start that version, or restore a backup.`,
      )
    const missing = files.filter(name => !applied.has(name))
    for (const name of missing) {
      await tx.query(raw(await readFile(`${folder}/${name}`, 'utf8')))
      await tx.query(sql`insert into migrations (name) values (${name})`)
    }
    return missing
  })
}
