// What there is to filter by: the labels, folders and metadata fields that occur in a dataset.
import sql from 'sql-template-tag'
import { type Static, Type } from 'typebox'
import type { Queryable } from '../db/database.ts'
import { meaningModel, type Vectors } from '../vectors/vectors.ts'
import { issueKinds } from './filter.ts'
import { filterKeys } from './parse.ts'

const Counted = Type.Object({ name: Type.String(), count: Type.Integer() })
export const Vocabulary = Type.Object({
  filters: Type.Array(Type.String(), { description: 'The keys of VQL that this server reads' }),
  issues: Type.Array(Type.String(), { description: 'The issues that it finds' }),
  meaning: Type.Boolean({
    description: 'Whether it has a model that reads: sentences are searched by their meaning',
  }),
  labels: Type.Array(Counted),
  folders: Type.Array(Counted),
  metadata: Type.Array(
    Type.Object({
      name: Type.String(),
      type: Type.String({ description: 'number or string' }),
      count: Type.Integer(),
    }),
  ),
})
export type Vocabulary = Static<typeof Vocabulary>

/** A list that people choose from; what is beyond it they type. */
const maxNames = 500
/** The newest items say what there is to say. */
const maxItems = 100_000

/** Each list holds the most frequent names of the newest items, most frequent first. */
export async function readVocabulary(
  { db, vectors }: { db: Queryable; vectors: Vectors },
  datasetId: string,
): Promise<Vocabulary> {
  const items = sql`(
    select labels, folder, metadata from items
    where dataset_id = ${datasetId} and state = 'ready' order by created_at desc limit ${maxItems}) items`
  const rest = sql`order by count desc, name limit ${maxNames}`
  const labels = await db.query<Vocabulary['labels'][number]>(sql`
    select name, count(*) as count from ${items}, unnest(labels) as name group by name ${rest}`)
  const folders = await db.query<Vocabulary['folders'][number]>(sql`
    select folder as name, count(*) as count from ${items} group by folder ${rest}`)
  const metadata = await db.query<Vocabulary['metadata'][number]>(sql`
    select key as name, min(jsonb_typeof(value)) as type, count(*) as count
    from ${items}, jsonb_each(metadata) group by key ${rest}`)
  const meaning = meaningModel(vectors) !== undefined
  return { filters: [...filterKeys], issues: [...issueKinds], meaning, labels, folders, metadata }
}
