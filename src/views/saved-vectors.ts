// What saved views compare with, as rows.
import sql from 'sql-template-tag'
import type { Queryable, Transaction } from '../db/database.ts'
import { asBytes, fromBytes } from '../vectors/tile.ts'
import type { Captured } from './capture.ts'

/** `position` as in vector-filters.ts. */
export interface ViewVector {
  view_id: string
  position: number
  model: string
  vector: Float32Array
  min_cosine: number
}

export async function insertViewVectors(
  tx: Transaction,
  viewId: string,
  captured: Pick<Captured, 'position' | 'model' | 'vector' | 'minCosine'>[],
): Promise<void> {
  for (const { position, model, vector, minCosine } of captured)
    await tx.query(sql`
      insert into view_vectors (view_id, position, model, vector, min_cosine)
      values (${viewId}, ${position}, ${model}, ${asBytes(vector)}, ${minCosine})`)
}

/** By the id of the view. */
export async function readViewVectors(db: Queryable, viewIds: string[]): Promise<Map<string, ViewVector[]>> {
  const rows = await db.query<Omit<ViewVector, 'vector'> & { vector: Buffer }>(sql`
    select view_id, position, model, vector, min_cosine from view_vectors
    where view_id = any(${viewIds}::uuid[]) order by view_id, position`)
  return Map.groupBy(
    rows.map(row => ({ ...row, vector: fromBytes(row.vector) })),
    ({ view_id }) => view_id,
  )
}
