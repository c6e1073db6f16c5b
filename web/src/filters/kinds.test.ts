import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filterKeys, parseVql } from '../../../src/views/parse.ts'
import { complete, type Kind, kinds, offered } from './kinds.ts'

test('the builder knows every key that the server reads, and offers no other', () => {
  const known = kinds.map(({ kind }) => kind)
  for (const key of filterKeys) assert.ok(known.includes(key as Kind), key)
  assert.deepEqual(
    offered(['labels', 'not']).map(({ kind }) => kind),
    ['labels', 'not'],
  )
})

test('what is only begun is left out, and what is left the server takes', () => {
  const begun = kinds.filter(({ kind }) => filterKeys.includes(kind)).map(({ empty }) => empty)
  const left = complete(begun)
  const ready = begun.filter(item => 'issues' in item || 'duplicates' in item || 'uniqueness' in item)
  assert.deepEqual(left, ready)
  assert.deepEqual(parseVql(JSON.stringify(left)), left)
  assert.deepEqual(complete([{ any_of: [[], [{ labels: { op: 'is', value: ['a'] } }]] }]), [
    { any_of: [[{ labels: { op: 'is', value: ['a'] } }]] },
  ])
  assert.equal(complete([{ folders: { op: 'one_of', value: [''] } }]).length, 1, 'the top folder')
  assert.equal(complete([{ metadata: { field_name: 'speed', op: 'gt', value: 0 } }]).length, 1)
})
