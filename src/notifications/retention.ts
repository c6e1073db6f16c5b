// Notifications older than the operator wants to keep are deleted, oldest first, and the log remembers how far.
import type { FastifyBaseLogger } from 'fastify'
import sql from 'sql-template-tag'
import type { Database } from '../db/database.ts'
import { hourly } from '../lib/hourly.ts'

/** A transaction's worth, so that deleting years at once holds no lock for long. */
const chunk = 10_000

/** Sweeps now and every hour, unless everything is kept. */
export function startSweeping(db: Database, keepDays: number, log: FastifyBaseLogger): { stop: () => void } {
  if (keepDays === 0) return { stop() {} }
  return hourly(
    () => forgetOld(db, keepDays),
    error => log.error({ err: error }, 'old notifications were not deleted'),
  )
}

/** Deletes what was created more than `keepDays` before now; returns how many notifications went. */
export async function forgetOld(db: Database, keepDays: number): Promise<number> {
  for (let total = 0; ; ) {
    const gone = await forgetChunk(db, keepDays)
    total += gone
    if (gone < chunk) return total
  }
}

const forgetChunk = (db: Database, keepDays: number): Promise<number> =>
  db.transaction(async tx => {
    const [{ count }] = (await tx.query<{ count: number }>(sql`
      with old as (
        select seq from notifications where created_at < now() - make_interval(days => ${keepDays}) order by seq limit ${chunk} for update),
      gone as (delete from notifications using old where notifications.seq = old.seq returning old.seq),
      noted as (
        update log_epochs set forgotten_to = greatest(forgotten_to, (select max(seq) from gone))
        where position = (select max(position) from log_epochs) and exists (select from gone))
      select count(*) as count from gone`)) as [{ count: number }]
    if (count < chunk)
      await tx.query(sql`
        delete from alerts where raised_at < now() - make_interval(days => ${keepDays})
          and not exists (select from notifications where alert_id = alerts.id)`)
    return count
  })
