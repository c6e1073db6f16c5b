// Batches whose items are rows already, for tests of what is asked about them.
import sql from 'sql-template-tag'
import { nextEventSeq } from '../../src/datasets/datasets.ts'
import type { TestApp } from './app.ts'

export interface ItemSeed {
  file_name?: string
  folder?: string
  labels?: string[]
  caption?: string
  blur?: number
  kind?: 'IMAGE' | 'OBJECT'
  state?: 'ready' | 'failed'
}

/** An evaluated batch with these items, ready unless they say otherwise. Returns its id. */
export function seedBatch(app: TestApp, datasetId: string, items: ItemSeed[]): Promise<string> {
  const rows = items.map((item, ordinal) => ({
    kind: 'IMAGE',
    state: 'ready',
    file_name: `${ordinal}.png`,
    folder: '',
    labels: [],
    ordinal,
    ...item,
  }))
  return app.db.transaction(async tx => {
    const seq = await nextEventSeq(tx, datasetId)
    const [batch] = await tx.query<{ id: string }>(sql`
      insert into batches (dataset_id, state, accepted_seq, evaluated_at)
      values (${datasetId}, 'evaluated', ${seq}, clock_timestamp()) returning id`)
    await tx.query(sql`
      insert into items (dataset_id, batch_id, ordinal, kind, state, file_name, folder, labels, caption, blur, width, height)
      select ${datasetId}, ${batch!.id}, *, 640, 480 from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
        ordinal int, kind text, state text, file_name text, folder text, labels text[], caption text, blur float8)`)
    return batch!.id
  })
}
