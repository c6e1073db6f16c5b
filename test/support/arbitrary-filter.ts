// Random media and random filters which have a fair chance to meet: both draw from the same few awkward values.
import fc from 'fast-check'
import { entityTypes, issueKinds, type ViewFilter, type VqlItem } from '../../src/views/filter.ts'
import { maxVqlItems } from '../../src/views/parse.ts'
import type { NaiveItem, TextTree } from './naive-filter.ts'

export const words = ['cat', 'cats', 'running', 'ran', 'the', 'of', 'highway', 'night', 'Ärger', '日本', 'x2']
export const phrases = [
  'cat night',
  'running cats',
  'highway of the night',
  'the cat',
  'of the',
  'night Ärger',
]
const labels = [
  'car',
  'Car',
  'vehicle',
  'a_b',
  'axb',
  '100%',
  'naïve',
  '日本',
  '😀',
  '"q"',
  'b\\s',
  'c,d',
  '{e}',
  'NULL',
]
const tags = [1, 2, 3, 4].map(n => `0000000${n}-0000-4000-8000-00000000000${n}`)
const folders = ['', 'a', 'a/b', 'a_b', 'axb', 'ab', '100%', 'Ärger/日本']
const files = ['a.png', 'a_b.png', 'axb.png', '100%.jpg', '1000.jpg', '日本.png', '😀.webp', 'A.PNG']
const fields = ['n', 'ü_%', `it's "q"`]
const numbers = [0, 1, 5, 10, -3, 0.1, 0.5, 2.5, 1e-7, 123456789.25]
const instants = ['2026-03-30T23:59:59.999999', '2026-03-31T00:00:00.000000', '2026-03-31T17:02:12.432489']
const nearlyInstants = ['2026-03-31', '2026-03-31T17:02:12', '2026-03-31T17:02:12.432489Z', '2026', 'zebra']
/** In the order of time. */
const times = [
  '2026-03-30',
  '2026-03-30T19:59:59.999999-04:00', // 23:59:59.999999
  '2026-03-31T00:00:00',
  '2026-03-31T01:00:00+01:00',
  '2026-03-31',
  '2026-03-31T17:02:12.432489',
  '2026-03-31T17:02:12.43249Z',
  '2026-04-01',
]
const confidences = [0, 0.1, 0.25, 0.5, 0.7, 1]

const among = <Value>(values: readonly Value[]) => fc.constantFrom(...values)
const someOf = <Value>(values: readonly Value[]) =>
  fc.uniqueArray(among(values), { minLength: 1, maxLength: 4 })
const anyOf = <Value>(values: readonly Value[]) => fc.uniqueArray(among(values), { maxLength: 4 })
const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null })
const ordered = <Value>(values: fc.Arbitrary<Value>, compare: (a: Value, b: Value) => number) =>
  fc.tuple(values, values).map(pair => pair.sort(compare) as [Value, Value])

const metadataValue = fc.oneof(
  among<unknown>(numbers),
  among<unknown>(numbers).map(String),
  among<unknown>([...instants, ...nearlyInstants]),
  among<unknown>([...labels, '', true, false, null]),
  fc.constant([1, 2]),
  anyOf(labels),
)
const confidence = orNull(among(confidences))

export const item: fc.Arbitrary<Omit<NaiveItem, 'stems'>> = fc.record({
  kind: among(['IMAGE', 'IMAGE', 'IMAGE', 'OBJECT', 'VIDEO_FRAME'] as const),
  labels: anyOf(labels),
  tag_ids: anyOf(tags),
  caption: orNull(fc.array(among(words), { maxLength: 8 }).map(parts => parts.join(' '))),
  folder: among(folders),
  file_name: among(files),
  metadata: fc.dictionary(among(fields), metadataValue, { maxKeys: 4 }),
  blur: confidence,
  dark: confidence,
  bright: confidence,
  normal: confidence,
  nearest_likeness: confidence,
  duplicates: confidence,
  outliers: confidence,
  mislabels: confidence,
  label_outlier: confidence,
  created_at: among(instants),
})

/** Queries are evaluated by the tree they were written from, so that the reading of them is tested too. */
export const writtenFrom = new Map<string, TextTree>()

const { tree } = fc.letrec<{ tree: TextTree }>(tie => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    among(words).map(text => ({ is: 'words', text, phrase: false }) as TextTree),
    among(phrases).map(text => ({ is: 'words', text, phrase: true }) as TextTree),
    tie('tree').map(of => ({ is: 'not', of }) as TextTree),
    fc.record({
      is: among(['and', 'or'] as const),
      of: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
    }),
  ),
}))

export const textQuery = fc.tuple(tree, among([' ', ' AND ', '  '])).map(([written, and]) => {
  const query = write(written, and)
  writtenFrom.set(query, written)
  return query
})

function write(written: TextTree, and: string): string {
  if (written.is === 'words') return written.phrase ? `"${written.text}"` : written.text
  if (written.is === 'not') return `-${enclosed(written.of, and)}`
  return written.of.map(part => enclosed(part, and)).join(written.is === 'and' ? and : ' OR ')
}
const enclosed = (written: TextTree, and: string): string =>
  written.is === 'words' ? write(written, and) : `(${write(written, and)})`

const setOp = among(['is', 'is_not', 'one_of', 'not_one_of'] as const)
const namePart = (names: string[]) =>
  among([...names.filter(Boolean), '_', '%', 'b', '.png', '日', '本', '\\', '0%'])
const name = (names: string[]) =>
  fc.oneof(
    fc.record({ op: fc.constant('one_of' as const), value: someOf(names) }),
    fc.record({
      op: among(['contains', 'starts_with', 'ends_with'] as const),
      value: namePart(names),
    }),
  )
const text = among([...labels, ...instants, ...numbers.filter(n => n !== 1e-7).map(String), 'true', ''])
const period = ordered(among(times), (a, b) => times.indexOf(a) - times.indexOf(b))
const field_name = among([...fields, 'absent'])
const metadata = fc.oneof(
  fc.record({ field_name, op: fc.constant('is' as const), value: text }),
  fc.record({ field_name, op: fc.constant('contains' as const), value: namePart(labels) }),
  fc.record({
    field_name,
    op: fc.constant('one_of' as const),
    value: someOf([...labels, '5', '0.1', 'true']),
  }),
  fc.record({ field_name, op: among(['gt', 'gte', 'lt', 'lte', 'eq'] as const), value: among(numbers) }),
  fc.record({
    field_name,
    op: fc.constant('between' as const),
    value: ordered(among(numbers), (a, b) => a - b),
  }),
  fc.record({ field_name, op: fc.constant('between' as const), value: period }),
)
const issues = fc
  .record(
    {
      op: fc.constant('issue' as const),
      value: among(issueKinds),
      mode: among(['in', 'out'] as const),
      range: ordered(among(confidences), (a, b) => a - b),
    },
    { requiredKeys: ['op', 'value'] },
  )
  .map(({ range, ...filter }) =>
    range ? { ...filter, confidence_min: range[0], confidence_max: range[1] } : filter,
  )

const leaf: fc.Arbitrary<VqlItem> = fc.oneof(
  fc.record({ labels: fc.record({ op: setOp, value: someOf(labels) }) }),
  fc.record({ tags: fc.record({ op: setOp, value: someOf(tags) }) }),
  fc.record({ issues }),
  fc.record({ text: fc.record({ op: fc.constant('fts' as const), value: textQuery }) }),
  fc.record({ duplicates: fc.record({ op: fc.constant('duplicates' as const), value: among(confidences) }) }),
  fc.record({ uniqueness: fc.record({ op: fc.constant('uniqueness' as const), value: among(confidences) }) }),
  fc.record({ folders: name(folders) }),
  fc.record({ files: name(files) }),
  { weight: 3, arbitrary: fc.record({ metadata }) },
  fc.record({ created: fc.record({ op: fc.constant('between' as const), value: period }) }),
)

export const { vql } = fc.letrec<{ vql: VqlItem[]; item: VqlItem }>(tie => ({
  vql: fc.array(tie('item'), { minLength: 1, maxLength: 3 }),
  item: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { weight: 4, arbitrary: leaf },
    { weight: 1, arbitrary: fc.record({ not: tie('vql') }) },
    { weight: 1, arbitrary: fc.record({ any_of: fc.array(tie('vql'), { minLength: 1, maxLength: 3 }) }) },
  ),
}))

/** What a view of any kind watches. */
export const viewFilter: fc.Arbitrary<ViewFilter> = fc
  .record({
    entity_type: fc.constantFrom('IMAGES', 'IMAGES', ...entityTypes),
    threshold: fc.constant(0),
    caption: fc.option(textQuery, { freq: 5 }),
    vql: fc.oneof({ weight: 9, arbitrary: vql }, { weight: 1, arbitrary: fc.constant<VqlItem[]>([]) }),
  })
  .filter(({ vql }) => JSON.stringify(vql).split('{').length < maxVqlItems)
