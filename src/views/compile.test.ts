// Any filter, compiled to SQL, agrees with the plain reading of it, item by item, and is never NULL.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import sql, { join } from 'sql-template-tag'
import { item, textQuery, vql } from '../../test/support/arbitrary-filter.ts'
import { bare, openFilterMedia, view } from '../../test/support/filter-media.ts'
import { type NaiveItem, passes } from '../../test/support/naive-filter.ts'
import { seed } from '../../test/support/seed.ts'
import { matches } from './compile.ts'
import { entityTypes, type ViewFilter, type VqlItem } from './filter.ts'
import { maxVqlItems, readVql } from './parse.ts'

const cases = 200

const { db, insert, language } = await openFilterMedia()

test('SQL and the naive evaluation agree on random filters and media', async t => {
  t.diagnostic(`seed ${seed}`)
  let matched = 0
  let evaluated = 0
  const filter: fc.Arbitrary<ViewFilter> = fc
    .record({
      entity_type: fc.constantFrom('IMAGES', 'IMAGES', ...entityTypes),
      threshold: fc.constantFrom(0, 0.5),
      caption: fc.option(textQuery, { freq: 5 }),
      vql: fc.oneof({ weight: 9, arbitrary: vql }, { weight: 1, arbitrary: fc.constant<VqlItem[]>([]) }),
    })
    .filter(({ vql }) => countItems(vql) <= maxVqlItems)
  // Several filters at once, as evaluation does it: a case costs a round trip, a filter almost nothing.
  const filters = fc.array(filter, { minLength: 1, maxLength: 12, size: 'max' })
  const media = fc.array(item, { minLength: 1, maxLength: 40, size: 'max' })
  await fc.assert(
    fc.asyncProperty(filters, media, async (filters, media) => {
      for (const sent of filters.map(({ vql }) => JSON.parse(JSON.stringify(vql))))
        assert.deepEqual(readVql(sent), sent)
      for (const { it, matching } of await evaluate(filters, await insert(media))) {
        assert.deepEqual(
          matching,
          filters.map(filter => passes(it, filter, language)),
          JSON.stringify(it),
        )
        matched += matching.filter(Boolean).length
        evaluated += matching.length
      }
    }),
    { numRuns: cases },
  )
  // Filters that nothing or everything passes would agree on anything.
  assert.ok(matched > evaluated / 100 && matched < evaluated / 2, `${matched} of ${evaluated} matched`)
  t.diagnostic(`${matched} of ${evaluated} pairs of filter and item matched`)
})

const plain = {
  ...bare,
  folder: 'Ärger/日本',
  metadata: { text: '5', near: '2026-03-31', at: '2026-03-31T23:59:59.999999' },
  created_at: '2026-03-31T23:59:59.999999',
}
const passing: VqlItem[] = [
  { folders: { op: 'ends_with', value: '本' } },
  { files: { op: 'contains', value: '_' } },
  { labels: { op: 'is_not', value: ['car'] } },
  { issues: { op: 'issue', value: 'blur', mode: 'out', confidence_min: 0 } },
  { metadata: { field_name: 'at', op: 'between', value: ['2026-03-31', '2026-03-31'] } },
  { created: { op: 'between', value: ['2026-03-31', '2026-03-31'] } },
]
const failing: VqlItem[] = [
  { files: { op: 'contains', value: '%' } },
  { files: { op: 'starts_with', value: '__' } },
  { issues: { op: 'issue', value: 'blur', confidence_min: 0 } },
  { duplicates: { op: 'duplicates', value: 0 } },
  { uniqueness: { op: 'uniqueness', value: 0 } },
  { metadata: { field_name: 'text', op: 'gt', value: 4 } },
  { metadata: { field_name: 'absent', op: 'lt', value: 4 } },
  { metadata: { field_name: 'near', op: 'between', value: ['2026-03-31', '2026-04-01'] } },
]

test('an item with nothing on it passes what asks for absence, and nothing else', async () => {
  const filters = [...passing, ...failing].map((one): ViewFilter => view([one]))
  const opposites = filters.map(({ vql }) => view([{ not: vql }]))
  const [answer] = await evaluate([...filters, ...opposites], await insert([plain]))
  const expected = [...passing.map(() => true), ...failing.map(() => false)]
  assert.deepEqual(answer!.matching, [...expected, ...expected.map(is => !is)])
})

const countItems = (value: unknown): number =>
  JSON.stringify(value).match(
    /"(labels|tags|issues|text|duplicates|uniqueness|folders|files|metadata|created|not|any_of)":/g,
  )?.length ?? 0

async function evaluate(filters: ViewFilter[], batch: string) {
  const rows = await db.query<NaiveItem & { matching: (boolean | null)[] }>(sql`
    select kind, labels, tag_ids, caption, folder, file_name, metadata, blur, dark, bright, normal, nearest_likeness,
      duplicates, outliers, mislabels, label_outlier, created_at,
      coalesce((select jsonb_object_agg(lexeme, positions) from unnest(text_search)), '{}') as stems,
      array[${join(filters.map(filter => matches({ ...filter, threshold: 0 })))}] as matching
    from items where batch_id = ${batch}`)
  return rows.map(({ matching, ...it }) => ({ it, matching }))
}
