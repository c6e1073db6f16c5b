import sql from 'sql-template-tag'
import type { Queryable, Transaction } from '../../db/database.ts'
import type { Instant } from '../../lib/time.ts'
import type { Field } from './field.ts'

export interface DeclaredField extends Field {
  id: string
  status: 'INIT' | 'IN_PROGRESS' | 'COMPLETED' | 'COMPLETED_WITH_ERRORS'
  inserted_rows: number
  error_count: number
  sample_errors: RowError[]
}
export interface RowError {
  reason: string
  row_index: number
}

const columns = sql`
  id, field_name, field_type, enum_options, is_multi, status, inserted_rows, error_count, sample_errors`

/** Returns undefined when the dataset has a field of that name. */
export async function declareField(
  db: Queryable,
  { datasetId, userId }: { datasetId: string; userId: string },
  { field_name, field_type, enum_options, is_multi }: Field,
): Promise<string | undefined> {
  const [declared] = await db.query<{ id: string }>(sql`
    insert into metadata_fields (dataset_id, created_by, field_name, field_type, enum_options, is_multi)
    values (${datasetId}, ${userId}, ${field_name}, ${field_type}, ${enum_options}::text[], ${is_multi})
    on conflict (dataset_id, field_name) do nothing returning id`)
  return declared?.id
}

export async function findField(
  db: Queryable,
  datasetId: string,
  id: string,
): Promise<DeclaredField | undefined> {
  const [field] = await db.query<DeclaredField>(sql`
    select ${columns} from metadata_fields where id = ${id} and dataset_id = ${datasetId}`)
  return field
}

/** In the order in which they were declared. */
export const fieldsOf = (db: Queryable, datasetId: string): Promise<DeclaredField[]> =>
  db.query<DeclaredField>(sql`
    select ${columns} from metadata_fields where dataset_id = ${datasetId} order by created_at, id`)

/** A request that was silent for so long has died, or its client has; another may fill the field. */
const fillingSeconds = 60

/**
 * Returns when it began, which from then on is its name; undefined when the field was filled before, for metadata are
 * immutable, or is being filled. One that a crash cut off is filled again, and so is one that no row fitted.
 */
export async function startFilling(tx: Transaction, id: string): Promise<Instant | undefined> {
  const [started] = await tx.query<{ at: Instant }>(sql`
    update metadata_fields
    set status = 'IN_PROGRESS', filling_from = clock_timestamp(), filling_until = ${inAWhile},
        error_count = 0, sample_errors = '[]'
    where id = ${id} and (status = 'INIT' or status <> 'IN_PROGRESS' and inserted_rows = 0
      or status = 'IN_PROGRESS' and coalesce(filling_until, '-infinity') < clock_timestamp())
    returning filling_from as at`)
  return started?.at
}

const inAWhile = sql`clock_timestamp() + ${fillingSeconds} * interval '1 second'`
const isOurs = (id: string, startedAt: Instant) => sql`
  id = ${id} and status = 'IN_PROGRESS' and filling_from = ${`${startedAt}Z`}::timestamptz`

/**
 * False when it was silent for too long, and another began. Until the transaction ends nobody else can. The dataset is
 * held first, as whoever deletes it does.
 */
export async function holdFilling(
  tx: Transaction,
  { datasetId, id, startedAt }: { datasetId: string; id: string; startedAt: Instant },
): Promise<boolean> {
  await tx.query(sql`select from datasets where id = ${datasetId} for key share`)
  const held = await tx.query(sql`
    update metadata_fields set filling_until = ${inAWhile} where ${isOurs(id, startedAt)} returning id`)
  return held.length > 0
}

/** What was sent could not be read to its end; the field waits for it to be sent again. */
export async function stopFilling(tx: Transaction, id: string, startedAt: Instant): Promise<void> {
  await tx.query(sql`update metadata_fields set status = 'INIT' where ${isOurs(id, startedAt)}`)
}

/** Returns the ids of the media that took their value; the others are no pictures, frames or videos of the dataset. */
export async function setValues(
  tx: Transaction,
  datasetId: string,
  fieldName: string,
  values: { media_id: string; value: unknown }[],
): Promise<Set<string>> {
  const set = await tx.query<{ id: string }>(sql`
    with given as (
      select media_id, value from jsonb_to_recordset(${JSON.stringify(values)}::jsonb) as given (media_id uuid, value jsonb)),
    found as (
      select id from items
      where dataset_id = ${datasetId} and kind <> 'OBJECT' and state = 'ready' and id in (select media_id from given)
      order by id for no key update)
    update items set metadata = items.metadata || jsonb_build_object(${fieldName}::text, given.value)
    from given join found on found.id = given.media_id
    where items.id = found.id returning items.id`)
  return new Set(set.map(({ id }) => id))
}

/** Says how it ended, and shows it among the tasks of the dataset. */
export async function endFilling(
  tx: Transaction,
  { datasetId, userId, startedAt }: { datasetId: string; userId: string; startedAt: Instant },
  field: { id: string; field_name: string },
  { inserted, errors, samples }: { inserted: number; errors: number; samples: RowError[] },
): Promise<void> {
  await tx.query(sql`
    update metadata_fields
    set status = ${errors === 0 ? 'COMPLETED' : 'COMPLETED_WITH_ERRORS'}, inserted_rows = ${inserted},
        error_count = ${errors}, sample_errors = ${JSON.stringify(samples)}::jsonb
    where id = ${field.id}`)
  await tx.query(sql`
    insert into tasks (id, dataset_id, created_by, task_type, status, status_message, progress_percentage, start_time, end_time)
    values (${field.id}, ${datasetId}, ${userId}, 'CUSTOM_METADATA', 'COMPLETED',
            ${`Set '${field.field_name}' on ${inserted} media files${errors > 0 ? `; ${errors} rows were refused` : ''}`},
            100, ${`${startedAt}Z`}::timestamptz, clock_timestamp())
    on conflict (id) do update
    set status_message = excluded.status_message, start_time = excluded.start_time, end_time = excluded.end_time`)
}

export async function metadataOf(
  db: Queryable,
  datasetId: string,
  mediaId: string,
): Promise<Record<string, unknown> | undefined> {
  const [item] = await db.query<{ metadata: Record<string, unknown> }>(sql`
    select metadata from items where id = ${mediaId} and dataset_id = ${datasetId}`)
  return item?.metadata
}
