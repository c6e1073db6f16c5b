// Filters by meaning and likeness: both evaluators say what a plain float64 reading says, also right at the threshold.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { bare, openFilterMedia } from '../../../test/support/filter-media.ts'
import { seed } from '../../../test/support/seed.ts'
import { unpackOrdinals } from '../../lib/ordinals.ts'
import { startSearch } from '../../vectors/search.ts'
import { type ItemKind, tilesOf, toUnitLength } from '../../vectors/tile.ts'
import { writeTiles } from '../../vectors/vectors.ts'
import type { ViewFilter, VqlItem } from '../../views/filter.ts'
import { vectorFilters } from '../../views/vector-filters.ts'
import type { Near, Watched } from '../count.ts'
import { sqlCounter } from '../count-by-sql.ts'
import { tileItems } from './bits.ts'
import { createColumnarEvaluator } from './evaluator.ts'

const cases = 60
const models = { looks: 164, says: 30 }
type Model = keyof typeof models

const search = startSearch(64 * 2 ** 20)
const columnar = createColumnarEvaluator()
after(columnar.close)
after(search.close)
const media = await openFilterMedia()

/** Few directions and small steps between them, so that thresholds are met. */
function vectorOf(model: Model, direction: number): Float32Array {
  const vector = new Float32Array(models[model])
  for (let i = 0; i < vector.length; i++) vector[i] = Math.sin(direction * 0.37 + i * (1 + direction * 0.01))
  return toUnitLength(vector)
}
const exactly = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0)

const direction = fc.integer({ min: 0, max: 30 })
const item = fc.record({
  kind: fc.constantFrom<ItemKind>('IMAGE', 'IMAGE', 'IMAGE', 'OBJECT'),
  labels: fc.subarray(['car', 'dog']),
  looks: fc.option(direction, { freq: 6 }),
  says: fc.option(direction, { freq: 3 }),
})
const asked = fc.record({
  model: fc.constantFrom<Model>('looks', 'says'),
  direction,
  // A threshold that is the cosine with another direction, to the last bit, or nearly.
  at: direction,
  off: fc.constantFrom(0, 0, 1e-12, -1e-12, 3e-6, -3e-6, 0.1),
})
type Asked = typeof asked extends fc.Arbitrary<infer Value> ? Value : never

const similar: VqlItem = { similarity: { op: 'media', value: '00000000-0000-4000-8000-000000000001' } }
const means: VqlItem = { text: { op: 'semantic', value: 'a road at night' } }
const car: VqlItem = { labels: { op: 'is', value: ['car'] } }
const copy = <T>(value: T): T => structuredClone(value)
/** What a view may ask: each with a reading of it, given whether each of its vector filters holds. */
const shapes: {
  vql: () => VqlItem[]
  caption?: string
  says: (hold: boolean[], hasCar: boolean) => boolean
}[] = [
  { vql: () => [copy(similar)], says: ([a]) => a! },
  { vql: () => [car, copy(means)], says: ([a], hasCar) => hasCar && a! },
  { vql: () => [{ not: [copy(similar)] }], says: ([a]) => !a },
  {
    vql: () => [{ any_of: [[copy(similar)], [car, copy(means)]] }],
    says: ([a, b], hasCar) => a! || (hasCar && b!),
  },
  {
    vql: () => [{ not: [car, { not: [copy(means)] }] }, copy(similar)],
    says: ([a, b], hasCar) => !(hasCar && !a) && b!,
  },
  { vql: () => [car], caption: 'A quiet road at night.', says: ([a], hasCar) => hasCar && a! },
]

test('columnar, SQL and naive evaluation agree on filters by vectors', async t => {
  t.diagnostic(`seed ${seed}`)
  let matched = 0
  let pairs = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(item, { minLength: 1, maxLength: 60, size: 'max' }),
      fc.array(fc.tuple(fc.constantFrom(...shapes), asked, asked), {
        minLength: 1,
        maxLength: 12,
        size: 'max',
      }),
      fc.constantFrom(1, 1, 700),
      async (items, views, step) => {
        const start = step === 1 ? tileItems - 20 : 0 // across the end of a tile, without gaps and with
        const ordinals = items.map((_, i) => start + i * step)
        const batch = await insert(items, ordinals)
        const watched = views.map(([shape, ...asked]) => watch(shape, asked))
        const bySql = await sqlCounter(search)(media.db, batch, watched)
        const byColumn = await columnar.count(media.db, batch, watched)
        for (const [i, [shape, ...asks]] of views.entries()) {
          const expected = ordinals.filter((_, at) => {
            const { kind, labels, ...of } = items[at]!
            const holds = asks.map(ask => {
              const own = of[ask.model]
              return (
                own !== null &&
                exactly(vectorOf(ask.model, ask.direction), vectorOf(ask.model, own)) >= thresholdOf(ask)
              )
            })
            return kind === 'IMAGE' && shape.says(holds, labels.includes('car'))
          })
          matched += expected.length
          pairs += ordinals.length
          const context = JSON.stringify(watched[i]!.filter)
          assert.deepEqual(Buffer.from(byColumn[i]!.matched!()), Buffer.from(bySql[i]!.matched!()), context)
          assert.deepEqual(unpackOrdinals(byColumn[i]!.matched!()), expected, context)
        }
      },
    ),
    { numRuns: cases },
  )
  t.diagnostic(`${matched} of ${pairs} pairs matched`)
  assert.ok(matched > pairs / 20 && matched < pairs / 1.5, `${matched} of ${pairs} matched`)
})

/** Right at a cosine the plain sum and the evaluators' sum differ in the last bits: then it is put just beside it. */
function thresholdOf({ model, direction, at, off }: Asked): number {
  return exactly(vectorOf(model, direction), vectorOf(model, at)) + (off === 0 ? -1e-14 : off)
}

function watch(shape: (typeof shapes)[number], asked: Asked[]): Watched {
  const caption = shape.caption ?? null
  const filter: ViewFilter = {
    entity_type: 'IMAGES',
    threshold: caption ? 0.5 : 0,
    caption,
    vql: shape.vql(),
  }
  const near = new Map(
    vectorFilters(filter).map(({ filter: one }, i): [typeof one, Near] => {
      const { model, direction } = asked[i]!
      return [one, { model, vector: vectorOf(model, direction), minCosine: thresholdOf(asked[i]!) }]
    }),
  )
  return { filter, near, matches: true }
}

async function insert(
  items: { kind: ItemKind; labels: string[]; looks: number | null; says: number | null }[],
  ordinals: number[],
) {
  const rows = items.map(({ kind, labels }) => ({ ...bare, kind, labels }))
  const batch = await media.insert(rows, ordinals)
  await media.db.transaction(async tx => {
    for (const model of Object.keys(models) as Model[])
      for (const kind of ['IMAGE', 'OBJECT'] as const) {
        const embedded = items.flatMap((it, i) =>
          it.kind === kind && it[model] !== null
            ? [{ ordinal: ordinals[i]!, vector: vectorOf(model, it[model]) }]
            : [],
        )
        await writeTiles(tx, batch, tilesOf(model, kind, embedded))
      }
  })
  return batch
}
