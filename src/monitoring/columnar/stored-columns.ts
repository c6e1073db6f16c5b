// Columns as they are stored between two starts, and the rows of `items` that they are made of.
import sql, { join, raw, type Sql } from 'sql-template-tag'
import type { Pages } from '../../db/copy-rows.ts'
import type { Queryable } from '../../db/database.ts'
import { tileItems } from './bits.ts'
import type { KeptName } from './kept-column.ts'
import { type TileKey, versionOf } from './kept-tiles.ts'
import { type Packed, packedFormat } from './packed-column.ts'

/** Which of these columns of the tiles are stored as the tiles are now. */
export async function findStored(
  db: Queryable,
  tiles: TileKey[],
  names: KeptName[],
): Promise<(tile: TileKey, name: KeptName) => boolean> {
  const batches = [...new Set(tiles.map(({ batchId }) => batchId))]
  const rows = await db.query<{
    batch_id: string
    kind: string
    base: number
    name: string
    version: number
  }>(
    sql`select batch_id, kind, base, name, version from kept_columns
      where batch_id = any(${batches}::uuid[]) and name = any(${names}::text[]) and format = ${packedFormat}`,
  )
  const versions = new Map(
    rows.map(({ batch_id, kind, base, name, version }) => [`${batch_id} ${kind} ${base} ${name}`, version]),
  )
  return (tile, name) =>
    (versions.get(`${tile.batchId} ${tile.kind} ${tile.base} ${name}`) ?? -1) >= versionOf(tile, name)
}

/** Of tiles of one kind, as kept-tiles.ts takes them, at whatever version they are. */
export const readStored = (db: Queryable, tiles: TileKey[], names: KeptName[]): Promise<Pages> =>
  db.copyOut(sql`
    select batch_id, base, name, version, bytes from kept_columns
    where (batch_id, base) in (${join(tiles.map(({ batchId, base }) => sql`(${batchId}, ${base})`))})
      and kind = ${tiles[0]!.kind} and name in (${join(names)}) and format = ${packedFormat}`)

/** As pack-columns.ts takes them. */
export const readItems = (
  db: Queryable,
  { batchId, kind, base }: TileKey,
  names: KeptName[],
): Promise<Pages> =>
  db.copyOut(sql`
    select ordinal, ${join(names.map(columnOf))} from items
    where batch_id = ${batchId} and kind = ${kind} and state = 'ready'
      and ordinal >= ${base} and ordinal < ${base + tileItems}`)

function columnOf(name: KeptName): Sql {
  if (name === 'ordinals') return raw('ordinal')
  const field = /^(?:number|text) (.*)$/s.exec(name)
  return field ? sql`metadata -> ${field[1]!}` : raw(name)
}

/** Never over what is newer. */
export async function storeColumns(db: Queryable, tile: TileKey, packed: Packed[]): Promise<void> {
  const rows = packed.map(
    ({ name, bytes }) =>
      sql`(${tile.batchId}::uuid, ${tile.kind}, ${tile.base}::integer, ${name}, ${versionOf(tile, name)}::bigint, ${packedFormat}::integer, ${Buffer.from(bytes.buffer)}::bytea)`,
  )
  await db.query(sql`
    insert into kept_columns (batch_id, kind, base, name, version, format, bytes) values ${join(rows)}
    on conflict (batch_id, kind, base, name)
    do update set version = excluded.version, format = excluded.format, bytes = excluded.bytes
    where kept_columns.version <= excluded.version`)
}

/** Previews look at so many of the last batches of a dataset: what is stored of those before them is of no use any more. */
export const maxPastBatches = 100

export const forgetOlder = (db: Queryable, batchId: string): Promise<unknown> =>
  db.query(sql`
    delete from kept_columns where batch_id in (
      select id from batches
      where dataset_id = (select dataset_id from batches where id = ${batchId}) and state = 'evaluated'
      order by accepted_seq desc offset ${maxPastBatches})`)
