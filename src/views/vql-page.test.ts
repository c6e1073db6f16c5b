// docs/reference/vql.md says what the parser does: its examples are read, its refusals are refused in its words.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { issueKinds, metadataOps, nameOps, setOps } from './filter.ts'
import { maxValuesOfFilter, readFilter } from './filter-query.ts'
import { filterReaders } from './filters.ts'
import { maxVqlBytes, maxVqlDepth, maxVqlItems, parseVql } from './parse.ts'
import { maxValueLength, maxValues } from './read.ts'
import { maxTextDepth, maxTextTerms } from './text.ts'

const page = readFileSync(new URL('../../docs/reference/vql.md', import.meta.url), 'utf8')
const examples = [...page.matchAll(/^```json\n(.+?)^```$/gms)].map(match => match[1]!)
const rows = [...page.matchAll(/^\| (.+) \|$/gm)].map(match =>
  match[1]!.split(/(?<!\\) \| /).map(cell => cell.trim()),
)

test('every example is read as it stands', () => {
  assert.ok(examples.length >= 12, `${examples.length} examples found`)
  for (const example of examples) {
    assert.deepEqual(parseVql(example), JSON.parse(example))
    readFilter({ entity_type: 'IMAGES', threshold: 0, vql: example })
  }
})

test('every filter key, op and issue has an example or a place in a table', () => {
  const keys = [...Object.keys(filterReaders), 'any_of', 'not']
  for (const key of keys)
    assert.ok(
      examples.some(example => example.includes(`"${key}":`)),
      key,
    )
  for (const word of [...setOps, ...nameOps, ...metadataOps, ...issueKinds])
    assert.ok(page.includes(`\`${word}\``), word)
})

test('every refusal is refused in these words', () => {
  const refusals = rows.filter(([sent]) => sent?.startsWith('`[{'))
  assert.ok(refusals.length >= 8, `${refusals.length} refusals found`)
  for (const [sent, detail] of refusals)
    assert.throws(() => parseVql(sent!.slice(1, -1)), { status: 422, message: detail })
})

test('text searches of the page are read', () => {
  const queries = rows
    .filter(([cell]) => /highway|red car|dog/.test(cell!))
    .map(([cell]) => cell!.slice(1, -1))
  assert.equal(queries.length, 5)
  for (const caption of queries)
    assert.equal(readFilter({ entity_type: 'IMAGES', threshold: 0, caption }).caption, caption)
})

test('the bounds are those of the code', () => {
  const bounds = rows
    .filter(row => row.length === 2 && /^\d+$/.test(row[1]!))
    .map(([, bound]) => Number(bound))
  assert.deepEqual(bounds, [
    maxVqlBytes,
    maxVqlItems,
    maxVqlDepth,
    maxValues,
    maxValueLength,
    maxTextTerms,
    maxTextDepth,
    maxValuesOfFilter,
  ])
})
