// Random media in a database of their own, for tests that compare what filters mean.
import { randomUUID } from 'node:crypto'
import sql from 'sql-template-tag'
import type { Database } from '../../src/db/database.ts'
import type { Watched } from '../../src/monitoring/count.ts'
import type { ViewFilter, VqlItem } from '../../src/views/filter.ts'
import { phrases, words, writtenFrom } from './arbitrary-filter.ts'
import { testDatabase } from './database.ts'
import type { Language, NaiveItem } from './naive-filter.ts'

/** A view of images. */
export const view = (vql: VqlItem[], caption: string | null = null): ViewFilter => ({
  entity_type: 'IMAGES',
  threshold: 0,
  caption,
  vql,
})

/** Counted with their ordinals. */
export const watch = (filters: ViewFilter[]): Watched[] => filters.map(filter => ({ filter, matches: true }))

/** With nothing that a filter would find. */
export const bare: Omit<NaiveItem, 'stems'> = {
  kind: 'IMAGE',
  labels: [],
  tag_ids: [],
  caption: null,
  folder: '',
  file_name: 'a_b.png',
  metadata: {},
  blur: null,
  dark: null,
  bright: null,
  normal: null,
  nearest_likeness: null,
  duplicates: null,
  outliers: null,
  mislabels: null,
  label_outlier: null,
  created_at: '2026-03-31T00:00:00.000000',
}

export async function openFilterMedia() {
  const { db } = await testDatabase()
  const [owner] = await db.query<{ id: string }>(sql`
    insert into users (email, name) values ('a@example.com', 'a') returning id`)
  const [dataset] = await db.query<{ id: string }>(sql`
    insert into datasets (display_name, owned_by) values ('d', ${owner!.id}) returning id`)

  /** A batch of these items, ready, at these ordinals or from 0. Returns its id. */
  async function insert(media: Omit<NaiveItem, 'stems'>[], ordinals = [...media.keys()]): Promise<string> {
    const batch = randomUUID()
    await db.query(sql`insert into batches (id, dataset_id) values (${batch}, ${dataset!.id})`)
    const rows = media.map((it, i) => ({ ...it, created_at: `${it.created_at}Z`, ordinal: ordinals[i] }))
    await db.query(sql`
      insert into items (dataset_id, batch_id, state, ordinal, kind, labels, tag_ids, caption, folder, file_name,
        metadata, blur, dark, bright, normal, nearest_likeness, duplicates, outliers, mislabels, label_outlier, created_at)
      select ${dataset!.id}, ${batch}, 'ready', * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
        ordinal int, kind text, labels text[], tag_ids uuid[], caption text, folder text, file_name text,
        metadata jsonb, blur float8, dark float8, bright float8, normal float8, nearest_likeness float8,
        duplicates float8, outliers float8, mislabels float8, label_outlier float8, created_at timestamptz)`)
    return batch
  }

  /** The items of a batch, in order, with the stems that the database made. */
  const read = (batch: string): Promise<(NaiveItem & { ordinal: number })[]> =>
    db.query<NaiveItem & { ordinal: number }>(sql`
      select ordinal, kind, labels, tag_ids, caption, folder, file_name, metadata, blur, dark, bright, normal,
        nearest_likeness, duplicates, outliers, mislabels, label_outlier, created_at,
        coalesce((select jsonb_object_agg(lexeme, positions) from unnest(text_search)), '{}') as stems
      from items where batch_id = ${batch} order by ordinal`)

  return { db, dataset: dataset!.id, insert, read, language: await readLanguage(db) }
}

/** Stems come from the same database, so that a test asks how they are combined, not how English is stemmed. */
async function readLanguage(db: Database): Promise<Language> {
  const rows = await db.query<{ text: string; lexeme: string; positions: number[] }>(sql`
    select text, lexeme, positions
    from unnest(${[...words, ...phrases]}::text[]) as text, unnest(to_tsvector('english', text))`)
  return {
    treeOf: query => writtenFrom.get(query)!,
    stemsOf: text =>
      rows
        .filter(row => row.text === text)
        .flatMap(({ lexeme, positions }) => positions.map(at => [lexeme, at] as [string, number])),
  }
}
