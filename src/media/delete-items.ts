// Rows of items that leave a dataset, and what others owe to them.
import sql, { type Sql } from 'sql-template-tag'
import type { Transaction } from '../db/database.ts'
import { onlyLikeness } from './neighbours/store.ts'

export interface Removed {
  batch_id: string
  dataset_id: string
  ordinal: number
  storage_key: string | null
}

/**
 * Deletes an item; returns it, and the frames or objects that go with it. It is a change of its batch
 * (migrations/0009_item_changes.sql), which only updates note by themselves: a trigger would copy what a dataset loses.
 */
export async function deleteItem(tx: Transaction, datasetId: string, mediaId: string): Promise<Removed[]> {
  const going = sql`dataset_id = ${datasetId} and ${mediaId} in (id, video_id, parent_id)`
  await forgetNearest(tx, datasetId, going)
  return tx.query<Removed>(sql`
    with removed as (
      delete from items where ${going}
      returning batch_id, dataset_id, ordinal, storage_key),
    noted as (
      insert into item_changes (batch_id) select distinct batch_id from removed)
    select * from removed`)
}

/** Deletes the items of a batch, what is kept of their columns, and their vectors: nobody is to be compared with them. */
export async function deleteItems(tx: Transaction, datasetId: string, batchId: string): Promise<void> {
  const going = sql`batch_id = ${batchId}`
  await forgetNearest(tx, datasetId, going)
  await tx.query(sql`delete from items where ${going}`)
  await tx.query(sql`delete from kept_columns where batch_id = ${batchId}`)
  await tx.query(sql`delete from vector_tiles where batch_id = ${batchId}`)
}

/**
 * Whoever is most like an item that goes is no duplicate of it any more; who is next, a batch or a reindex finds. In the order of
 * ids, as tags are given, so that the two do not cross.
 */
async function forgetNearest(tx: Transaction, datasetId: string, going: Sql): Promise<void> {
  await tx.query(sql`
    with left_over as (
      select id from items
      where dataset_id = ${datasetId} and nearest_id in (select id from items where ${going})
        and (${going}) is not true
      order by id for no key update)
    update items set nearest_id = null, nearest_likeness = null, duplicates = null
    from ${onlyLikeness}, left_over where items.id = left_over.id`)
}
