import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filterWords } from './words.ts'

test('a filter is said in words, with the names of tags', () => {
  const tags = [{ id: 't1', name: 'checked', created_at: '' }]
  assert.equal(
    filterWords({ labels: { op: 'one_of', value: ['a', 'b', 'c', 'd', 'e'] } }),
    'label a, b, c +2',
  )
  assert.equal(filterWords({ labels: { op: 'not_one_of', value: ['car'] } }), 'label none of car')
  assert.equal(filterWords({ tags: { op: 'is', value: ['t1'] } }, tags), 'tag all of checked')
  assert.equal(filterWords({ tags: { op: 'one_of', value: ['gone'] } }, tags), 'tag a deleted tag')
  assert.equal(
    filterWords({
      any_of: [[{ issues: { op: 'issue', value: 'dark' } }], [{ text: { op: 'fts', value: 'night' } }]],
    }),
    'dark or text “night”',
  )
  assert.equal(filterWords({ not: [{ labels: { op: 'one_of', value: ['car'] } }] }), 'not (label car)')
})
