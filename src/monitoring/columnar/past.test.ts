// Columns of past batches, read once and asked often, say what SQL says of what is stored now.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import fc from 'fast-check'
import sql, { join } from 'sql-template-tag'
import { item, viewFilter } from '../../../test/support/arbitrary-filter.ts'
import { bare, openFilterMedia, view } from '../../../test/support/filter-media.ts'
import { seed } from '../../../test/support/seed.ts'
import type { Queryable } from '../../db/database.ts'
import { onlyLikeness } from '../../media/neighbours/store.ts'
import { matches } from '../../views/compile.ts'
import type { ViewFilter, VqlItem } from '../../views/filter.ts'
import { countInSql, firstInSql, latestBatches } from '../preview/store.ts'
import { tileItems } from './bits.ts'
import { createColumnarEvaluator } from './evaluator.ts'
import { KeptTiles } from './kept-tiles.ts'
import { pack } from './packed-column.ts'
import { maxPastBatches } from './stored-columns.ts'

const cases = 200
const maxFirst = 12

const columnar = createColumnarEvaluator()
after(columnar.close)
const media = await openFilterMedia()

const nothingFound = () => []

async function evaluated(ids: string[]) {
  await media.db.query(sql`
    update batches set state = 'evaluated', evaluated_at = clock_timestamp(), accepted_seq = position
    from unnest(${ids}::uuid[]) with ordinality as given (id, position) where given.id = batches.id`)
  return latest()
}
const latest = () => latestBatches(media.db, media.dataset, 100)
const count = (batches: Awaited<ReturnType<typeof latest>>, filter: ViewFilter, db: Queryable = media.db) =>
  columnar.countPast(db, batches, { filter, matches: false }, nothingFound)

/** What changes media that were evaluated long ago, of which some columns are kept. */
const changes = [
  sql`tag_ids = tag_ids || gen_random_uuid()`,
  sql`tag_ids = '{}'`,
  sql`metadata = metadata || '{"size": 5, "name": "cat"}'`,
  sql`nearest_likeness = 0.96, duplicates = 0.7`,
  sql`nearest_likeness = 0.4, outliers = 0.9 from ${onlyLikeness}`,
  sql`labels = array['car']`,
]

test('random views on the same batches count what SQL counts, while media change', async t => {
  t.diagnostic(`seed ${seed}`)
  const sizes = [40, 1, 25]
  const ids = await Promise.all(
    sizes.map((size, i) => {
      const ordinals = Array.from({ length: size }, (_, n) => n * (i === 0 ? 1000 : 1)) // the first takes three tiles
      return media.insert(fc.sample(item, { numRuns: size, seed: seed + i }), ordinals)
    }),
  )
  await evaluated(ids)
  let [known, matched] = [0, 0]
  await fc.assert(
    fc.asyncProperty(
      viewFilter,
      fc.option(fc.tuple(fc.nat(changes.length - 1), fc.nat(sizes.length - 1)), { freq: 2 }),
      async (filter, change) => {
        if (change) {
          const [what, where] = change
          await media.db.query(sql`
            update items set ${changes[what]!} where batch_id = ${ids[where]!} and ordinal % 3 = 0`)
        }
        const batches = await latest()
        const counted = await count(batches, filter)
        if (!counted) return
        known++
        const first = await firstInSql(media.db, ids, matches(filter), maxFirst)
        const bySql = (await countInSql(media.db, ids, matches(filter))).map((count, i) => ({
          count,
          first: first[i]!,
        }))
        assert.deepEqual(
          counted.map(one => ({ ...one, first: one.first.slice(0, maxFirst) })),
          bySql,
          JSON.stringify(filter),
        )
        matched += bySql.reduce((sum, { count }) => sum + count, 0)
      },
    ),
    { numRuns: cases },
  )
  t.diagnostic(`${known} views columnar, ${matched} matches`)
  assert.ok(known > cases * 0.4, `${known} of ${cases} are columnar: phrases are not, the rest is`)
  assert.ok(matched > cases / 4, `${matched} matches say too little`)
})

test('what was read is not read again, and one change reads one batch', async () => {
  const items = fc.sample(item, { numRuns: 5, seed })
  const ids = [await media.insert(items), await media.insert(items)]
  const batches = (await evaluated(ids)).filter(({ id }) => ids.includes(id))
  const read: string[] = []
  const counting: Queryable = {
    query: media.db.query,
    copyOut(statement) {
      if (statement.sql.includes('from items')) read.push(statement.sql)
      return media.db.copyOut(statement)
    },
  }
  const cars = view([{ labels: { op: 'is', value: ['car'] } }])
  const first = await count(batches, cars, counting)
  assert.equal(read.length, 2)
  assert.deepEqual(await count(batches, cars, counting), first)
  await count(batches, view([{ not: [{ labels: { op: 'one_of', value: ['dog'] } }] }]), counting)
  assert.equal(read.length, 2, 'the labels are kept')
  await count(batches, view([{ labels: { op: 'is', value: ['car'] } }], 'night'), counting)
  assert.equal(read.length, 4)
  assert.ok(!read[3]!.includes('labels'), read[3])
  await media.db.query(sql`update items set tag_ids = '{}' where batch_id = ${ids[1]!}`)
  const now = (await latest()).filter(({ id }) => ids.includes(id))
  await count(now, cars, counting)
  assert.equal(read.length, 5)
})

test('what was stored, after an evaluation or by a preview, is not read from the items again, unless they changed', async t => {
  const few = 2000
  const items = Array.from({ length: few }, (_, i) => ({
    ...fc.sample(item, { numRuns: 1, seed: seed + (i % 50) })[0]!,
    kind: 'IMAGE' as const,
    metadata: { size: i % 9, name: i % 5 === 0 ? ['cat'] : `no ${i % 3}` },
  }))
  const id = await media.insert(items)
  const find = async () => (await evaluated([id])).filter(one => one.id === id)
  const before = await find()
  await media.db.query(sql`update batches set columns_kept = true where id <> ${id}`)
  const restarted = createColumnarEvaluator()
  t.after(restarted.close)
  assert.equal(await restarted.keepBatches(media.db, AbortSignal.timeout(60_000)), 1)
  assert.equal(await restarted.keepBatches(media.db, AbortSignal.timeout(60_000)), 0, 'each batch once')
  let reads = 0
  const counting: Queryable = {
    query: media.db.query,
    copyOut(statement) {
      if (statement.sql.includes('from items')) reads++
      return media.db.copyOut(statement)
    },
  }
  const compare = async (batches: typeof before, filter: ViewFilter) => {
    const counted = await restarted.countPast(counting, batches, { filter, matches: false }, nothingFound)
    const [bySql] = await countInSql(media.db, [id], matches(filter))
    assert.equal(counted![0]!.count, bySql, JSON.stringify(filter))
  }
  const asked: VqlItem[][] = [
    [{ labels: { op: 'is', value: ['car'] } }],
    [{ issues: { op: 'issue', value: 'blur', confidence_min: 0.2 } }],
    [{ metadata: { field_name: 'size', op: 'gte', value: 5 } }],
    [{ metadata: { field_name: 'name', op: 'contains', value: 'a' } }],
    [{ folders: { op: 'starts_with', value: 'a' } }],
    [{ text: { op: 'fts', value: 'night' } }],
  ]
  for (const vql of asked) await compare(before, view(vql))
  assert.equal(reads, 0)
  await media.db.query(sql`
    update items set labels = array['car'], metadata = '{"size": 7}' where batch_id = ${id} and ordinal < 10`)
  const after = await find()
  for (const vql of asked) await compare(after, view(vql))
  assert.equal(reads, asked.length, 'each column once, at its new version')
  await media.db.query(sql`update items set duplicates = 0.9 from ${onlyLikeness} where batch_id = ${id}`)
  const alike = await find()
  for (const vql of asked) await compare(alike, view(vql))
  assert.equal(reads, asked.length, 'what only neighbours say has not changed anything else')
  await compare(alike, view([{ issues: { op: 'issue', value: 'duplicates', confidence_min: 0.8 } }]))
  assert.equal(reads, asked.length + 1)
})

test('what is stored of batches that previews do not look at any more is deleted', async t => {
  t.after(() => media.db.query(sql`delete from batches where accepted_seq >= 10000`))
  const items = Array.from({ length: 1000 }, () => bare)
  const [old, last] = [await media.insert(items), await media.insert(items)]
  await media.db.query(sql`update batches set columns_kept = true`)
  await media.db.query(sql`
    update batches set state = 'evaluated', evaluated_at = now(), columns_kept = false,
      accepted_seq = case id when ${old} then 10000 else 20000 end
    where id in (${old}, ${last})`)
  const storedOf = async () => {
    assert.equal(await columnar.keepBatches(media.db, AbortSignal.timeout(60_000)), 2)
    await media.db.query(sql`update batches set columns_kept = false where id in (${old}, ${last})`)
    const rows = await media.db.query<{ batch_id: string }>(sql`
      select distinct batch_id from kept_columns where batch_id in (${old}, ${last})`)
    return rows.map(({ batch_id }) => batch_id)
  }
  assert.equal((await storedOf()).length, 2)
  await media.db.query(sql`
    insert into batches (id, dataset_id, state, evaluated_at, accepted_seq, columns_kept)
    select gen_random_uuid(), ${media.dataset}, 'evaluated', now(), 10000 + n, true
    from generate_series(1, ${maxPastBatches - 1}::integer) as n`)
  assert.deepEqual(await storedOf(), [last])
})

test('who has gone is not counted for, and the next one is', async () => {
  const id = await media.insert(fc.sample(item, { numRuns: 3, seed }))
  const batches = (await evaluated([id])).filter(one => one.id === id)
  const gone = new AbortController()
  gone.abort()
  const cars = { filter: view([{ folders: { op: 'starts_with', value: 'a' } }]), matches: false }
  await assert.rejects(columnar.countPast(media.db, batches, cars, nothingFound, { signal: gone.signal }), {
    name: 'AbortError',
  })
  assert.equal((await columnar.countPast(media.db, batches, cars, nothingFound))!.length, 1)
})

test('what does not fit goes, what was used longest ago first', async () => {
  const kept = new KeptTiles(2 * 8 * tileItems + 10_000)
  const tile = (batchId: string) => ({
    batchId,
    kind: 'IMAGE',
    base: 0,
    version: 0,
    likenessVersion: 0,
    end: tileItems,
  })
  const column = pack({ is: 'numbers', values: new Float64Array(tileItems).fill(0.5) })
  const three = [1, 2, 3].map(() => randomUUID())
  const packed = `\\x${Buffer.from(column).toString('hex')}`
  const pages = await media.db.copyOut(sql`
    select id::uuid, 0, 'blur', 0::bigint, ${packed}::bytea
    from unnest(array[${join(three)}]) as id`)
  for (const batch of three) {
    kept.take(tile(batch), pages)
    kept.shrink()
  }
  assert.deepEqual(
    three.map(batch => kept.missing(tile(batch), ['blur']).length),
    [1, 0, 0],
  )
  assert.ok(kept.bytes <= 2 * 8 * tileItems + 10_000)
})

test('what was not read yet is counted in SQL, and read behind the answer', async () => {
  const [one] = fc.sample(item, { numRuns: 1, seed })
  const id = await media.insert([{ ...one!, kind: 'IMAGE', labels: ['car'] }])
  const batches = (await evaluated([id])).filter(one => one.id === id)
  const filter = view([{ labels: { op: 'is', value: ['car'] } }])
  let statements = 0
  const inSql = async () => {
    statements++
    return batches.map(() => ({ count: -1, first: [] }))
  }
  const ask = async () =>
    (await columnar.countPast(media.db, batches, { filter, matches: false }, nothingFound, { inSql }))!
  const first = await ask()
  assert.deepEqual([first, statements], [[{ count: -1, first: [] }], 1])
  let last = first
  while (last[0]!.count === -1) last = await ask()
  assert.deepEqual(last, [{ count: 1, first: [0] }])
})
