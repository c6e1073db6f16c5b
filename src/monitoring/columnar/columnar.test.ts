// The columnar evaluator says of every view and every item what the SQL form says, and what a plain reading says.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { item, viewFilter } from '../../../test/support/arbitrary-filter.ts'
import { bare, openFilterMedia, view, watch } from '../../../test/support/filter-media.ts'
import { type NaiveItem, passes } from '../../../test/support/naive-filter.ts'
import { seed } from '../../../test/support/seed.ts'
import { unpackOrdinals } from '../../lib/ordinals.ts'
import { startSearch } from '../../vectors/search.ts'
import type { VqlItem } from '../../views/filter.ts'
import type { Counted } from '../count.ts'
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

const filters = fc.array(viewFilter, { minLength: 1, maxLength: 24, size: 'max' })

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
  const some = fc.sample(viewFilter, { numRuns: 60, seed })
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
