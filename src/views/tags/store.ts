import sql, { type Sql } from 'sql-template-tag'
import type { Queryable, Transaction } from '../../db/database.ts'
import type { Tag } from './tag.ts'

export function listTags(db: Queryable, datasetId: string): Promise<Tag[]> {
  return db.query<Tag>(sql`
    select id, name, created_at from tags where dataset_id = ${datasetId} order by name, id`)
}

/** Returns undefined when the dataset has a tag of that name. */
export async function insertTag(tx: Transaction, datasetId: string, name: string): Promise<Tag | undefined> {
  const [tag] = await tx.query<Tag>(sql`
    insert into tags (dataset_id, name) values (${datasetId}, ${name})
    on conflict (dataset_id, name) do nothing returning id, name, created_at`)
  return tag
}

/** Makes those that the dataset lacks, up to `max` in all; returns all there are of these names. */
export async function insertMissingTags(
  tx: Transaction,
  datasetId: string,
  names: string[],
  max: number,
): Promise<Pick<Tag, 'id' | 'name'>[]> {
  await tx.query(sql`
    insert into tags (dataset_id, name)
    select ${datasetId}, name from unnest(${names}::text[]) with ordinality as wanted (name, row)
    where not exists (select from tags where dataset_id = ${datasetId} and tags.name = wanted.name)
    order by row limit greatest(0, ${max} - (select count(*) from tags where dataset_id = ${datasetId}))
    on conflict (dataset_id, name) do nothing`)
  return tx.query<Pick<Tag, 'id' | 'name'>>(sql`
    select id, name from tags where dataset_id = ${datasetId} and name = any(${names}::text[]) for key share`)
}

export async function countTags(tx: Transaction, datasetId: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(sql`
    select count(*) as count from tags where dataset_id = ${datasetId}`)
  return row!.count
}

/** The tag stays until the transaction ends, so that no item keeps the id of one that is gone. */
export async function holdTag(tx: Transaction, datasetId: string, tagId: string): Promise<boolean> {
  const found = await tx.query(sql`
    select id from tags where id = ${tagId} and dataset_id = ${datasetId} for key share`)
  return found.length > 0
}

/** Takes the tag from every item that has it, locking them as `lockMedia` does. False when there is no such tag. */
export async function deleteTag(tx: Transaction, datasetId: string, tagId: string): Promise<boolean> {
  const deleted = await tx.query(sql`
    delete from tags where id = ${tagId} and dataset_id = ${datasetId} returning id`)
  if (deleted.length === 0) return false
  await tx.query(sql`
    with carrying as (
      select id from items where dataset_id = ${datasetId} and tag_ids @> array[${tagId}]::uuid[]
      order by id for no key update)
    update items set tag_ids = array_remove(tag_ids, ${tagId}::uuid) from carrying where items.id = carrying.id`)
  return true
}

/** Those of the media that are in the dataset and ready, locked in the order of their ids, so that nobody waits in a circle. */
export async function lockMedia(tx: Transaction, datasetId: string, mediaIds: string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(sql`
    select id from items
    where dataset_id = ${datasetId} and id = any(${mediaIds}::uuid[]) and state = 'ready'
    order by id for no key update`)
  return rows.map(({ id }) => id)
}

/** Returns how many items did not have the tag before. */
export const addTag = (tx: Transaction, tagId: string, mediaIds: string[]): Promise<number> =>
  change(
    tx,
    sql`
    update items set tag_ids = tag_ids || ${tagId}::uuid
    where id = any(${mediaIds}::uuid[]) and not tag_ids @> array[${tagId}]::uuid[] returning id`,
  )

/** Returns how many items had the tag before. */
export const removeTag = (tx: Transaction, tagId: string, mediaIds: string[]): Promise<number> =>
  change(
    tx,
    sql`
    update items set tag_ids = array_remove(tag_ids, ${tagId}::uuid)
    where id = any(${mediaIds}::uuid[]) and tag_ids @> array[${tagId}]::uuid[] returning id`,
  )

const change = async (tx: Transaction, statement: Sql): Promise<number> => (await tx.query(statement)).length
