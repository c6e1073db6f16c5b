// Races on PostgreSQL, step by step: what waits for a lock is where the test wants it.
import sql from 'sql-template-tag'
import type { Queryable } from '../../src/db/database.ts'
import { until } from './deadline.ts'

/** Resolves when that many connections to this database wait for a lock. */
export const untilWaiting = (db: Queryable, count = 1): Promise<void> =>
  until(async () => {
    const waiting = await db.query(sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
    return waiting.length >= count
  }, `${count} waiting for a lock`)
