// PGlite is one process and has nobody who vacuums in the background: what updates leave behind would stay, and the
// planner would never learn what is in the tables. So the embedded engine does it here, by PostgreSQL's own rule.
import sql, { raw } from 'sql-template-tag'
import type { Queryable } from './database.ts'

const lookEveryMs = 60_000

/** The rule of autovacuum with its defaults: 50 rows and a fifth of the table gone, or a tenth of it changed. */
const due = sql`
  n_dead_tup > 50 + 0.2 * n_live_tup or n_mod_since_analyze > 50 + 0.1 * n_live_tup`

/** Vacuums and analyses the tables that are due, one after the other; returns their names. Not in a transaction. */
export async function vacuumDue(db: Queryable): Promise<string[]> {
  const tables = await db.query<{ name: string }>(sql`
    select quote_ident(relname) as name from pg_stat_user_tables where ${due} order by n_dead_tup desc, name`)
  for (const { name } of tables) await db.query(raw(`vacuum (analyze) ${name}`))
  return tables.map(({ name }) => name)
}

/** Returns how to stop. A table that could not be vacuumed is due again at the next look. */
export function startVacuuming(db: Queryable): () => void {
  const timer = setInterval(() => void vacuumDue(db).catch(() => {}), lookEveryMs)
  timer.unref()
  return () => clearInterval(timer)
}
