import sql, { empty, join } from 'sql-template-tag'
import type { Pages } from '../db/copy-rows.ts'
import type { Queryable, Transaction } from '../db/database.ts'
import { type Brought, broughtPrefix, readBrought } from './brought.ts'
import { asBytes, fromBytes, type ItemKind, type Tile } from './tile.ts'

/** Names a tile; `items` and `dims` say how large it is. */
export interface TileKey {
  batch_id: string
  model: string
  first_ordinal: number
  items: number
  dims: number
}

/** As `copyTiles` writes it. */
export const keyOf = ({ batch_id, model, first_ordinal }: TileKey): string =>
  `${batch_id}/${first_ordinal}/${model}`

export async function writeTiles(tx: Transaction, batchId: string, tiles: Tile[]): Promise<void> {
  for (const { model, kind, dims, ordinals, vectors } of tiles)
    await tx.query(sql`
      insert into vector_tiles (batch_id, model, first_ordinal, kind, dims, ordinals, vectors)
      values (${batchId}, ${model}, ${ordinals[0]}, ${kind}, ${dims}, ${ordinals}, ${asBytes(vectors)})`)
}

const keyColumns = sql`
  batch_id, model, first_ordinal, cardinality(ordinals) as items, dims`

export function tilesOfBatches(
  db: Queryable,
  batchIds: string[],
  model: string,
  kind?: ItemKind,
): Promise<TileKey[]> {
  return db.query<TileKey>(sql`
    select ${keyColumns} from vector_tiles
    where batch_id = any(${batchIds}::uuid[]) and model = ${model} ${kind ? sql`and kind = ${kind}` : empty}
    order by batch_id, first_ordinal`)
}

/** Newest batch first. */
export function tilesOfDataset(
  db: Queryable,
  datasetId: string,
  model: string,
  kind: ItemKind,
): Promise<TileKey[]> {
  return db.query<TileKey>(sql`
    select ${keyColumns} from vector_tiles join batches on batches.id = batch_id
    where dataset_id = ${datasetId} and model = ${model} and kind = ${kind}
    order by accepted_seq desc nulls last, batch_id, first_ordinal`)
}

/** Each row: its key, ordinals, vectors. Tiles that were deleted since are left out. */
export const copyTiles = (db: Queryable, keys: TileKey[]): Promise<Pages> =>
  db.copyOut(sql`
    select batch_id || '/' || first_ordinal || '/' || model, ordinals, vectors from vector_tiles
    where (batch_id, model, first_ordinal) in (
      ${join(keys.map(key => sql`(${key.batch_id}, ${key.model}, ${key.first_ordinal})`))})`)

/** The vectors of an item of the dataset, one of each model. */
export async function vectorsOfItem(
  db: Queryable,
  datasetId: string,
  itemId: string,
): Promise<{ model: string; vector: Float32Array }[]> {
  const rows = await db.query<{ model: string; bytes: Buffer }>(sql`
    select model, substr(vectors, 1 + 4 * dims * (array_position(ordinals, ordinal) - 1), 4 * dims) as bytes
    from items join vector_tiles on vector_tiles.batch_id = items.batch_id and items.ordinal = any(ordinals)
    where items.id = ${itemId} and dataset_id = ${datasetId} order by model`)
  return rows.map(({ model, bytes }) => ({ model, vector: fromBytes(bytes) }))
}

/** The model of the vectors that the dataset was brought; undefined: it was brought none. */
export async function broughtTo(db: Queryable, datasetId: string): Promise<Brought | undefined> {
  const [row] = await db.query<{ model: string }>(sql`
    select model from vector_tiles join batches on batches.id = batch_id
    where dataset_id = ${datasetId} and starts_with(model, ${broughtPrefix}) limit 1`)
  return row && readBrought(row.model)
}

/** Of those a person may still be looking at: a saved view has its own copy. */
const keepAnchorsDays = 30

export async function insertAnchor(
  db: Queryable,
  anchor: { datasetId: string; userId: string; model: string; vector: Float32Array },
): Promise<string> {
  await db.query(sql`
    delete from anchors where dataset_id = ${anchor.datasetId}
      and created_at < clock_timestamp() - ${keepAnchorsDays} * interval '1 day'`)
  const [row] = await db.query<{ id: string }>(sql`
    insert into anchors (dataset_id, created_by, model, vector)
    values (${anchor.datasetId}, ${anchor.userId}, ${anchor.model}, ${asBytes(anchor.vector)}) returning id`)
  return row!.id
}

export async function findAnchor(
  db: Queryable,
  datasetId: string,
  anchorId: string,
): Promise<{ model: string; vector: Float32Array } | undefined> {
  const [row] = await db.query<{ model: string; vector: Buffer }>(sql`
    select model, vector from anchors where id = ${anchorId} and dataset_id = ${datasetId}`)
  return row && { model: row.model, vector: fromBytes(row.vector) }
}
