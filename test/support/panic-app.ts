// A server whose embedded database loses its log on the disk while it runs, and panics at the next commit that needs it.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import sql from 'sql-template-tag'
import { readConfig } from '../../src/config.ts'
import { run } from '../../src/main.ts'

await run(readConfig(process.env), new AbortController().signal, async ({ db, config }) => {
  await rm(join(config.dataFolder, 'database/pg_wal'), { recursive: true })
  await db.query(sql`select pg_switch_wal()`)
  await db.query(sql`create table more (text text)`)
})
