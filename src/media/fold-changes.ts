// Each statement that changes items leaves a row (migrations/0009_item_changes.sql). Those of a batch are folded into one
// that says how many they were: the table keeps two rows per batch at most (migrations/0013_likeness_changes.sql), and no version of a batch is ever seen twice.
import sql from 'sql-template-tag'
import type { Database } from '../db/database.ts'

/** A transaction's worth of batches. */
const chunk = 10_000

/** Returns how many batches were folded. */
export async function foldChanges(db: Database): Promise<number> {
  for (let total = 0; ; ) {
    const folded = await foldChunk(db)
    total += folded
    if (folded < chunk) return total
  }
}

/** A batch that is being recorded or deleted is left to the next time: nobody waits for this. */
const foldChunk = async (db: Database): Promise<number> => {
  const folded = await db.query(sql`
    with crowded as (
      select distinct batch_id from item_changes group by batch_id, likeness having count(*) > 1 limit ${chunk}),
    held as materialized (
      select id from batches where id in (select batch_id from crowded) for key share skip locked),
    gone as (delete from item_changes using held where batch_id = held.id returning batch_id, likeness, changes)
    insert into item_changes (batch_id, likeness, changes)
    select batch_id, likeness, sum(changes) from gone group by batch_id, likeness
    returning batch_id`)
  return folded.length
}
