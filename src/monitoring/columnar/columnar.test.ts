// The columnar evaluator says of every view and every item what the SQL form says, and what a plain reading says.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import sql from 'sql-template-tag'
import { item, textQuery, vql } from '../../../test/support/arbitrary-filter.ts'
import { onPostgres } from '../../../test/support/database.ts'
import { until } from '../../../test/support/deadline.ts'
import { openFilterMedia } from '../../../test/support/filter-media.ts'
import { type NaiveItem, passes } from '../../../test/support/naive-filter.ts'
import { seed } from '../../../test/support/seed.ts'
import { withSavepoint } from '../../db/database.ts'
import { unpackOrdinals } from '../../lib/ordinals.ts'
import { startSearch } from '../../vectors/search.ts'
import { entityTypes, type ViewFilter, type VqlItem } from '../../views/filter.ts'
import { maxVqlItems } from '../../views/parse.ts'
import type { Counted, Watched } from '../count.ts'
import { sqlCounter } from '../count-by-sql.ts'
import { tileItems } from './bits.ts'
import { createColumnarEvaluator } from './evaluator.ts'

const cases = 150

const search = startSearch(64 * 2 ** 20)
const countBySql = sqlCounter(search)
const columnar = createColumnarEvaluator()
after(columnar.close)
after(search.close)
const media = await openFilterMedia()

const filter: fc.Arbitrary<ViewFilter> = fc
  .record({
    entity_type: fc.constantFrom('IMAGES', 'IMAGES', ...entityTypes),
    threshold: fc.constant(0),
    caption: fc.option(textQuery, { freq: 5 }),
    vql: fc.oneof({ weight: 9, arbitrary: vql }, { weight: 1, arbitrary: fc.constant<VqlItem[]>([]) }),
  })
  .filter(({ vql }) => JSON.stringify(vql).split('{').length < maxVqlItems)
const filters = fc.array(filter, { minLength: 1, maxLength: 24, size: 'max' })

const watch = (filters: ViewFilter[]): Watched[] => filters.map(filter => ({ filter, matches: true }))
const view = (vql: VqlItem[], caption: string | null = null): ViewFilter => ({
  entity_type: 'IMAGES',
  threshold: 0,
  caption,
  vql,
})
const said = (counted: Counted | undefined) =>
  counted && { count: counted.count, ordinals: counted.matched && unpackOrdinals(counted.matched()) }

test('columnar, SQL and naive evaluation agree on random views and media', async t => {
  t.diagnostic(`seed ${seed}`)
  let known = 0
  let views = 0
  let matched = 0
  await fc.assert(
    fc.asyncProperty(
      filters,
      fc.array(item, { minLength: 1, maxLength: 40, size: 'max' }),
      // In the middle of a batch of several tiles, with gaps, as failed items leave them.
      fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 40, maxLength: 40 }),
      async (filters, items, gaps) => {
        let ordinal = -1
        const ordinals = items.map((_, i) => (ordinal += gaps[i]!))
        const batch = await media.insert(items, ordinals)
        const stored = await media.read(batch)
        const bySql = await countBySql(media.db, batch, watch(filters))
        const byColumn = await columnar.count(media.db, batch, watch(filters))
        for (const [i, filter] of filters.entries()) {
          const expected = stored.filter(it => passes(it, filter, media.language)).map(it => it.ordinal)
          views++
          matched += expected.length
          const context = JSON.stringify(filter)
          assert.deepEqual(said(bySql[i]), { count: expected.length, ordinals: expected }, context)
          if (byColumn[i] === undefined) continue
          known++
          assert.deepEqual(said(byColumn[i]), { count: expected.length, ordinals: expected }, context)
          assert.deepEqual(
            Buffer.from(byColumn[i].matched!()),
            Buffer.from(bySql[i]!.matched!()),
            'one form, equal bytes',
          )
        }
      },
    ),
    { numRuns: cases },
  )
  t.diagnostic(`${views} views, ${known} of them columnar, ${matched} matches`)
  assert.ok(
    known > views * 0.4 && known < views,
    `${known} of ${views} are columnar: phrases are not, the rest is`,
  )
  assert.ok(matched > views / 2, `${matched} matches say too little`)
})

const bare: Omit<NaiveItem, 'stems'> = {
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
type Fact = Partial<Omit<NaiveItem, 'stems'>>

/** What has gone wrong in such evaluators before: what is asked, which items pass, which do not. */
const traps: Record<string, { vql: VqlItem[]; caption?: string; pass: Fact[]; fail: Fact[] }> = {
  'a confidence right at the bound, as a double': {
    vql: [{ issues: { op: 'issue', value: 'blur', confidence_min: 0.7 } }],
    pass: [{ blur: 0.7 }, { blur: 1 }],
    fail: [{ blur: 0.6999999999999998 }, { blur: Math.fround(0.7) }, {}],
  },
  'no confidence is out of every range': {
    vql: [{ issues: { op: 'issue', value: 'dark', mode: 'out', confidence_min: 0 } }],
    pass: [{}],
    fail: [{ dark: 0 }, { dark: 0.5 }],
  },
  'the unlabelled do not have the label': {
    vql: [{ not: [{ labels: { op: 'is', value: ['car'] } }] }],
    pass: [{}, { labels: ['Car'] }],
    fail: [{ labels: ['car'] }, { labels: ['dog', 'car'] }],
  },
  'an item that several branches match counts once': {
    vql: [
      { any_of: [[{ labels: { op: 'is', value: ['car'] } }], [{ labels: { op: 'is', value: ['dog'] } }]] },
    ],
    pass: [{ labels: ['car', 'dog'] }, { labels: ['dog'] }],
    fail: [{}],
  },
  'wildcards of LIKE are characters': {
    vql: [{ files: { op: 'contains', value: '_' } }, { folders: { op: 'starts_with', value: '100%' } }],
    pass: [{ folder: '100%/x' }],
    fail: [{ folder: '1000/x' }, { folder: '100%', file_name: 'axb.png' }],
  },
  'numbers that no double tells apart': {
    vql: [{ metadata: { field_name: 'n', op: 'gt', value: 9007199254740992 } }],
    pass: [{ metadata: { n: raw('9007199254740993') } }, { metadata: { n: raw('1e400') } }],
    fail: [{ metadata: { n: raw('9007199254740992') } }, { metadata: { n: '9007199254740993' } }],
  },
  'a decimal with many digits': {
    vql: [{ metadata: { field_name: 'n', op: 'lte', value: 0.1 } }],
    pass: [{ metadata: { n: 0.1 } }, { metadata: { n: raw('0.100') } }, { metadata: { n: raw('-1e-400') } }],
    fail: [
      { metadata: { n: raw('0.1000000000000000055') } },
      { metadata: { n: raw('0.10000000000000001') } },
      {},
    ],
  },
  'texts of numbers keep their digits': {
    vql: [{ metadata: { field_name: 'n', op: 'is', value: '1.50' } }],
    pass: [{ metadata: { n: raw('1.50') } }, { metadata: { n: '1.50' } }],
    fail: [{ metadata: { n: 1.5 } }, { metadata: { n: null } }],
  },
  'a list has each of its texts, and no more': {
    vql: [{ metadata: { field_name: 'n', op: 'one_of', value: ['a', '1'] } }],
    pass: [{ metadata: { n: ['b', 'a', 'a'] } }, { metadata: { n: 'a' } }, { metadata: { n: 1 } }],
    fail: [{ metadata: { n: [1] } }, { metadata: { n: { a: 1 } } }, { metadata: { n: ['ab', ['a']] } }],
  },
  'keys and values with quotes and braces': {
    vql: [{ metadata: { field_name: '}"\\,{', op: 'contains', value: '\\"}' } }],
    pass: [{ metadata: { a: { '}"\\,{': 'x' }, '}"\\,{': '{\\"}' } }],
    fail: [{ metadata: { a: { '}"\\,{': '\\"}' } } }, { metadata: { '}"\\,{': '"}' } }],
  },
  'stop words find nothing, and their opposite everything': {
    vql: [{ not: [{ text: { op: 'fts', value: 'the' } }] }],
    pass: [{ caption: 'the the' }, {}],
    fail: [],
  },
  'stop words beside others say nothing': {
    vql: [],
    caption: '-the night',
    pass: [{ caption: 'nights' }, { labels: ['night'] }],
    fail: [{ caption: 'the' }, {}],
  },
  'a label with a comma, a caption with a quote': {
    vql: [{ text: { op: 'fts', value: "o'neill (cat OR -dog)" } }],
    pass: [{ caption: "O'Neill" }, { labels: ["o'neill, dog, cat"] }],
    fail: [{ caption: "o'neill dog" }],
  },
  'a microsecond before midnight': {
    vql: [{ created: { op: 'between', value: ['2026-03-30', '2026-03-30'] } }],
    pass: [{ created_at: '2026-03-30T23:59:59.999999' }, { created_at: '2026-03-30T00:00:00.000000' }],
    fail: [{ created_at: '2026-03-31T00:00:00.000000' }],
  },
}
/** A number that JSON.stringify would round. */
function raw(digits: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(digits)
}

for (const [name, { vql, caption = null, pass, fail }] of Object.entries(traps))
  test(`trap: ${name}`, async () => {
    const batch = await media.insert([...pass, ...fail].map(fact => ({ ...bare, ...fact })))
    const views = watch([view(vql, caption)])
    const expected = { count: pass.length, ordinals: [...pass.keys()] }
    assert.deepEqual(said((await countBySql(media.db, batch, views))[0]), expected, 'in SQL')
    assert.deepEqual(said((await columnar.count(media.db, batch, views))[0]), expected, 'columnar')
  })

test('splitting and permuting a batch changes no count, across tiles too', async () => {
  const items = fc.sample(item, { numRuns: 300, seed })
  const some = fc.sample(filter, { numRuns: 60, seed })
  const countOf = async (part: typeof items, ordinals?: number[]) =>
    (await columnar.count(media.db, await media.insert(part, ordinals), watch(some))).map(one => one?.count)
  const whole = await countOf(items)
  const spread = items.map((_, i) => i * Math.ceil((4 * tileItems) / items.length))
  assert.deepEqual(await countOf(items.toReversed(), spread), whole)
  const parts = [await countOf(items.slice(0, 111)), await countOf(items.slice(111))]
  assert.deepEqual(
    whole.map((_, i) => (whole[i] === undefined ? undefined : parts[0]![i]! + parts[1]![i]!)),
    whole,
  )
})

test('what is shared is divided: the views of a batch cost what the batch costs', async () => {
  const batch = await media.insert(Array.from({ length: 2000 }, () => ({ ...bare, labels: ['car'] })))
  const begun = performance.now()
  const counted = await columnar.count(
    media.db,
    batch,
    watch(Array.from({ length: 50 }, () => view([{ labels: { op: 'is', value: ['car'] } }]))),
  )
  const elapsed = performance.now() - begun
  const sum = counted.reduce((ms, one) => ms + one!.ms, 0)
  assert.ok(sum > 0 && sum <= elapsed, `${sum} of ${elapsed} ms`)
})

test('the same views again, others, and the same ones at the same time count what they count alone', async () => {
  const [cars, dogs] = ['car', 'dog'].map(label => view([{ labels: { op: 'is', value: [label] } }]))
  const across = [0, 1, 2].map(tile => tile * tileItems) // more tiles than threads
  const ofCars = await media.insert(
    across.map(() => ({ ...bare, labels: ['car'] })),
    across,
  )
  const ofBoth = await media.insert([
    { ...bare, labels: ['car'] },
    { ...bare, labels: ['dog'] },
  ])
  const count = async (batch: string, filters: ViewFilter[]) =>
    (await columnar.count(media.db, batch, watch(filters))).map(one => one!.count)
  assert.deepEqual(await count(ofCars, [cars!, dogs!]), [3, 0])
  assert.deepEqual(await count(ofBoth, [cars!, dogs!]), [1, 1])
  assert.deepEqual(await count(ofCars, [cars!, dogs!]), [3, 0])
  assert.deepEqual(await count(ofCars, [dogs!, cars!]), [0, 3])
  assert.deepEqual(await count(ofCars, [cars!]), [3])
  const both = [ofCars, ofBoth, ofCars].map(batch => count(batch, [cars!]))
  assert.deepEqual(await Promise.all(both), [[3], [1], [3]])
})

/** Rows that no thread can read. */
const broken = async () => [new Uint8Array([0, 9, 9, 9])]

test('an evaluation that fails says so, and the next one goes on', async () => {
  const batch = await media.insert([bare])
  const db = { query: media.db.query, copyOut: broken }
  await assert.rejects(columnar.count(db, batch, watch([view([])])), /The evaluator failed/)
  assert.equal((await columnar.count(media.db, batch, watch([view([])])))[0]!.count, 1)
})

test('what SQL counts meanwhile has ended when an evaluation fails, and what was before it is rolled back to', {
  skip: !onPostgres && 'the embedded engine has one connection, so nothing to hold up a statement',
}, async () => {
  const batch = await media.insert([bare])
  const gate = sql`select pg_advisory_lock(1)`
  const hasEnded: string[] = []
  const [isClosed, isOpen] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const held = media.db.transaction(async holder => {
    await holder.query(gate)
    isClosed.resolve()
    await isOpen.promise
    await holder.query(sql`select pg_advisory_unlock(1)`)
  })
  await isClosed.promise
  const failing = media.db.transaction(async tx => {
    const evaluation = withSavepoint(tx, () =>
      columnar.count({ query: tx.query, copyOut: broken }, batch, watch([view([])]), async () => {
        await tx.query(sql`create temporary table meanwhile ()`)
        await tx.query(gate)
        hasEnded.push('what SQL counts')
      }),
    )
    await assert.rejects(evaluation, /The evaluator failed/)
    hasEnded.push('the evaluation')
    return tx.query(sql`select to_regclass('meanwhile') as left, pg_advisory_unlock(1) as held`)
  })
  const waiting = sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  try {
    await until(async () => (await media.db.query(waiting)).length > 0, 'SQL waiting at the gate')
    // Each thread answers in turn: by now it has said that it failed.
    await columnar.count(media.db, batch, watch([view([{ labels: { op: 'is', value: ['car'] } }])]))
    assert.deepEqual(hasEnded, [])
  } finally {
    isOpen.resolve()
    await held
  }
  assert.deepEqual(await failing, [{ left: null, held: true }])
  assert.deepEqual(hasEnded, ['what SQL counts', 'the evaluation'])
})
