// After a batch was evaluated, off its path: the columns that a preview may ask for are stored, so that the first one that
// asks finds them.
import sql from 'sql-template-tag'
import type { Queryable } from '../../db/database.ts'
import { tileItems } from './bits.ts'
import { buildProgram } from './compile.ts'
import type { KeptName } from './kept-column.ts'
import { keepColumns, type PastBatch } from './past.ts'
import { columns, kinds } from './program.ts'
import { forgetOlder } from './stored-columns.ts'
import type { Ask, startThread } from './talk.ts'

/** A hundred batches of fewer are counted in SQL within a second. */
const leastItems = 1_000
/** Read with one statement, during which the embedded engine answers nobody else. */
const namesAtOnce = 8
/** Fields of the metadata beyond it, like those that only other items have, are read when somebody asks. */
const maxFields = 32
/** Each so many-th item is looked at for kinds and fields. */
const sampled = 16

/**
 * While nothing comes in. Each batch is taken once, by one replica; what it leaves undone, previews do. Returns how many were
 * stored.
 */
export async function keepBatches(
  thread: ReturnType<typeof startThread>,
  db: Queryable,
  signal: AbortSignal,
): Promise<number> {
  for (let stored = 0; ; ) {
    signal.throwIfAborted()
    const batch = await takeBatch(db)
    if (!batch) return stored
    if (batch.end < leastItems) continue
    const ask = await thread.begin(buildProgram(new Map()).build())
    try {
      await keepBatch(ask, db, batch, signal)
      await forgetOlder(db, batch.id)
    } finally {
      await ask({ forget: true }).catch(() => {})
    }
    stored++
  }
}

const takeBatch = async (db: Queryable): Promise<PastBatch | undefined> => {
  const [batch] = await db.query<PastBatch>(sql`
    update batches set columns_kept = true
    where id = (
      select id from batches where state = 'evaluated' and not columns_kept
        and not exists (select from tasks where status in ('PENDING', 'INITIALIZING', 'RUNNING'))
      order by evaluated_at desc limit 1 for update skip locked)
    returning id,
      coalesce((select sum(changes) from item_changes where batch_id = batches.id and not likeness), 0) as version,
      coalesce((select sum(changes) from item_changes where batch_id = batches.id), 0) as "likenessVersion",
      coalesce((select max(ordinal) + 1 from items where batch_id = batches.id), 0) as end`)
  return batch
}

async function keepBatch(ask: Ask, db: Queryable, batch: PastBatch, signal: AbortSignal): Promise<void> {
  const { id: batchId, ...rest } = batch
  for (const { kind, names } of await namesOf(db, batchId))
    for (let base = 0; base < batch.end; base += tileItems)
      for (let from = 0; from < names.length; from += namesAtOnce) {
        signal.throwIfAborted()
        const some = names.slice(from, from + namesAtOnce)
        await keepColumns(ask, db, { batchId, kind, base, ...rest }, some)
      }
}

async function namesOf(db: Queryable, batchId: string): Promise<{ kind: string; names: KeptName[] }[]> {
  const rows = await db.query<{ kind: string; fields: KeptName[] }>(sql`
    select kind, (array_agg(distinct name) filter (where name is not null))[:${maxFields}] as fields
    from items
    left join lateral (
      select case jsonb_typeof(value) when 'number' then 'number ' else 'text ' end || key as name
      from jsonb_each(metadata) where jsonb_typeof(value) <> 'null') field on true
    where batch_id = ${batchId} and state = 'ready' and kind in (${kinds[0]}, ${kinds[1]}, ${kinds[2]})
      and ordinal % ${sampled} = 0
    group by kind`)
  const own = columns.filter(name => name !== 'metadata')
  return rows.map(({ kind, fields }) => ({ kind, names: ['ordinals', ...own, ...(fields ?? [])] }))
}
