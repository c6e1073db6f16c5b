// Whatever is sent as VQL: a tree, or a 422 that names the item and the fault.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { vql } from '../../test/support/arbitrary-filter.ts'
import { seed } from '../../test/support/seed.ts'
import { Problem } from '../lib/problems.ts'
import { maxVqlBytes, maxVqlDepth, maxVqlItems, parseVql, readVql } from './parse.ts'
import { maxValueLength, maxValues } from './read.ts'
import { maxTextDepth, maxTextTerms, parseText } from './text.ts'

/** The sentence of the refusal; fails for anything but a Problem of 422. */
function refusal(work: () => unknown): string | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    assert.ok(error instanceof Problem, `threw ${error}`)
    assert.equal(error.status, 422)
    return error.message
  }
}

const labels = (value: unknown, op: unknown = 'is') => ({ labels: { op, value } })
const nested = (depth: number): unknown => (depth === 0 ? labels(['a']) : { not: [nested(depth - 1)] })

const refused: [unknown, string][] = [
  ['{"labels":1}', 'vql must be an array.'],
  ['[{]', 'vql is not JSON; send a JSON array, URL-encoded.'],
  ['[5]', 'vql[0] must be an object.'],
  ['[null]', 'vql[0] must be an object.'],
  ['[{"id":"x"}]', 'vql[0] has no filter; give it one of'],
  ['[{"colour":{}}]', "vql[0] has the unknown filter 'colour'; it takes one of labels, tags,"],
  ['[{"__proto__":{}}]', "vql[0] has the unknown filter '__proto__'"],
  [[labels(['a']), { ...labels(['b']), not: [] }], 'vql[1] has more than one filter; give each an item'],
  ['[{"labels":{"op":"is","value":["a"]},"labels":{"op":"is","value":["b"]}}]', 'the same key twice'],
  [[{ id: 5, ...labels(['a']) }], 'vql[0].id must be a string.'],
  [[labels(['a']), { labels: ['b'] }], 'vql[1].labels must be an object.'],
  [[{ labels: { value: ['a'] } }], 'vql[0].labels.op is required: one of is, is_not, one_of, not_one_of.'],
  [[labels(['a'], 'IS')], "vql[0].labels.op must be one of is, is_not, one_of, not_one_of, not 'IS'."],
  [[labels('a')], 'vql[0].labels.value must be an array.'],
  [[labels([])], 'vql[0].labels.value must not be empty.'],
  [[labels(['a', 1])], 'vql[0].labels.value[1] must be a string.'],
  [[labels(['a\0'])], 'vql[0].labels.value[0] must not contain U+0000'],
  ['[{"labels":{"op":"is","value":["\\ud800"]}}]', 'half of a surrogate pair'],
  [
    [{ labels: { op: 'is', value: ['a'], mode: 'in' } }],
    "vql[0].labels has the unknown key 'mode'; it takes",
  ],
  [[{ tags: { op: 'is', value: ['red'] } }], 'vql[0].tags.value[0] must be a UUID.'],
  [[{ issues: { op: 'issue', value: 'odd' } }], 'vql[0].issues.value must be one of mislabels, outliers,'],
  [
    [{ issues: { op: 'issue', value: 'blur', confidence_max: 2 } }],
    'confidence_max must be from 0 to 1, not 2.',
  ],
  [
    [{ issues: { op: 'issue', value: 'blur', confidence_max: 0.4 } }],
    'must not be greater than confidence_max',
  ],
  [[{ issues: { op: 'issue', value: 'blur', mode: 'of' } }], 'vql[0].issues.mode must be one of in, out'],
  [
    [{ text: { op: 'semantic', value: 'x', threshold: 7 } }],
    'vql[0].text.threshold must be from 0 to 1, not 7.',
  ],
  [[{ text: { op: 'semantic', value: '' } }], 'vql[0].text.value must not be empty.'],
  [[{ text: { op: 'semantic', value: ' \n' } }], 'vql[0].text.value must not be empty.'],
  [[{ text: { op: 'fts', value: 'x', threshold: 1 } }], "vql[0].text has the unknown key 'threshold'"],
  [[{ text: { op: 'fts', value: 'a OR' } }], 'vql[0].text.value has a fault at character 5: the query ends'],
  [[{ similarity: { op: 'media', value: 'x' } }], 'vql[0].similarity.value must be a UUID.'],
  [[{ similarity: { op: 'media' } }], 'vql[0].similarity.value must be a UUID.'],
  [
    [{ similarity: { op: 'upload', value: crypto.randomUUID(), threshold: '0' } }],
    'vql[0].similarity.threshold must be a finite number.',
  ],
  [[{ similarity: { value: 'x' } }], 'vql[0].similarity.op is required: one of upload, media.'],
  [[{ duplicates: { op: 'duplicates', value: 2 } }], 'vql[0].duplicates.value must be from 0 to 1, not 2.'],
  [[{ duplicates: { op: 'is', value: 1 } }], "vql[0].duplicates.op must be one of duplicates, not 'is'."],
  [[{ uniqueness: { op: 'uniqueness' } }], 'vql[0].uniqueness.value must be a finite number.'],
  [[{ folders: { op: 'one_of', value: ['/a'] } }], 'vql[0].folders.value[0] must have no slash at its ends'],
  [[{ files: { op: 'contains', value: '' } }], 'vql[0].files.value must not be empty.'],
  [[{ metadata: { op: 'gt', value: 1 } }], 'vql[0].metadata.field_name must be a string.'],
  ['[{"metadata":{"field_name":"f","op":"gt","value":1e999}}]', 'value must be a finite number.'],
  [
    [{ metadata: { field_name: 'f', op: 'gt', value: '1' } }],
    'vql[0].metadata.value must be a finite number.',
  ],
  [
    [{ metadata: { field_name: 'f', op: 'between', value: [2, 1] } }],
    'value must hold its start before its end.',
  ],
  [
    [{ created: { op: 'between', value: ['2026-02-30', '2026-03-01'] } }],
    'vql[0].created.value[0] must be a date',
  ],
  [[{ any_of: [] }], 'vql[0].any_of must not be empty.'],
  [[{ any_of: [[labels(['a'])], []] }], 'vql[0].any_of[1] must not be empty.'],
  [[{ not: [labels(['a']), labels([])] }], 'vql[0].not[1].labels.value must not be empty.'],
  [[nested(maxVqlDepth + 1)], `is nested more than ${maxVqlDepth} levels deep.`],
  [Array(maxVqlItems + 1).fill(labels(['a'])), `vql has ${maxVqlItems + 1} entries; at most ${maxVqlItems}`],
  [
    [{ any_of: Array(2).fill(Array(60).fill(labels(['a']))) }],
    'is one item too many; at most 100 are allowed.',
  ],
  [
    [labels(Array(maxValues + 1).fill('a'))],
    `has ${maxValues + 1} entries; at most ${maxValues} are allowed.`,
  ],
  [
    [labels(['a'.repeat(maxValueLength + 1)])],
    `has ${maxValueLength + 1} characters; at most ${maxValueLength}`,
  ],
  [`["${'a'.repeat(maxVqlBytes)}"]`, `vql has ${maxVqlBytes + 4} bytes; at most ${maxVqlBytes} are allowed.`],
]

for (const [sent, sentence] of refused)
  test(`refused: ${sentence}`, () => {
    const said = refusal(() => parseVql(typeof sent === 'string' ? sent : JSON.stringify(sent)))
    assert.ok(said?.includes(sentence), said)
  })

test('what is within the bounds is read as it was sent', () => {
  for (const sent of [[], [nested(maxVqlDepth)], Array(maxVqlItems).fill({ id: '', ...labels(['a']) })])
    assert.deepEqual(parseVql(JSON.stringify(sent)), sent)
  assert.deepEqual(parseVql(''), [])
  assert.deepEqual(parseVql(), [])
})

const faults: [string, string][] = [
  ['', 'character 1: the query ends where a word was expected.'],
  ['cat (dog OR bird', 'character 5: this parenthesis is never closed.'],
  ['cat) dog', "character 4: there is ')' without its beginning."],
  ['cat "dog', 'character 5: this quotation mark is never closed.'],
  ['cat "  "', 'character 5: this phrase is empty.'],
  ['cat - dog', "character 5: write '-' right before what must not occur."],
  ['--cat', "character 2: there is '-' where a word was expected."],
  ['cat OR OR dog', "character 8: there is 'OR' where a word was expected."],
  ['AND cat', "character 1: there is 'AND' where a word was expected."],
  ['cat NOT dog', "character 5: NOT is written as '-' right before a word: -night."],
  ['()', "character 2: there is ')' where a word was expected."],
  ['a '.repeat(maxTextTerms + 1), `there are more than ${maxTextTerms} words and phrases.`],
  ['('.repeat(maxTextDepth + 1), `parentheses are more than ${maxTextDepth} levels deep.`],
]

for (const [query, sentence] of faults)
  test(`refused text: ${sentence}`, () => {
    const said = refusal(() => parseText(query, 'caption'))
    assert.ok(said?.startsWith('caption has a fault at ') && said.includes(sentence), said)
  })

test('a hyphen within a word is part of it, and phrases and words may touch', () => {
  assert.deepEqual(parseText('t-shirt"red hat"', 'caption'), {
    is: 'and',
    of: [
      { is: 'word', text: 't-shirt' },
      { is: 'phrase', text: 'red hat' },
    ],
  })
})

test('no JSON and no text ever throws anything but a 422', t => {
  t.diagnostic(`seed ${seed}`)
  const never = { numRuns: 2000 }
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' })), text => {
      refusal(() => parseVql(text))
    }),
    never,
  )
  fc.assert(
    fc.property(fc.anything(), value => void refusal(() => readVql(value))),
    never,
  )
  const query = fc.array(fc.oneof(fc.constantFrom(...'()"- ', 'AND', 'OR', 'a'), fc.string()), { size: '+1' })
  fc.assert(
    fc.property(query, parts => void refusal(() => parseText(parts.join(''), 'caption'))),
    never,
  )
})

test('a valid VQL of which one part was replaced is read or refused', t => {
  t.diagnostic(`seed ${seed}`)
  fc.assert(
    fc.property(vql, fc.nat(), fc.jsonValue(), (valid, at, value) => {
      let part = 0
      const broken = JSON.stringify(valid, (_, own) => (part++ === at % 20 ? value : own))
      refusal(() => parseVql(broken))
    }),
    { numRuns: 2000 },
  )
})
