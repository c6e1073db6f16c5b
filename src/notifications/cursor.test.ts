import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatCursor, parseCursor, resume } from './cursor.ts'

const history = {
  epochs: [
    { epoch: '0000000a', base: 0 },
    { epoch: '0000000b', base: 100 },
    { epoch: '0000000c', base: 80 },
  ],
  drawn: 90,
  forgottenTo: 10,
}

test('a cursor reads back as it was written', () => {
  assert.deepEqual(parseCursor(formatCursor({ epoch: '0123abcd', seq: 42 })), { epoch: '0123abcd', seq: 42 })
})

for (const text of [
  '',
  '42',
  '0123abcd',
  '0123abcd.',
  '0123abcd.01',
  '0123ABCD.1',
  '0123abcd.-1',
  '0123abcd.1 ',
  'x.1',
])
  test(`'${text}' was never a cursor`, () => assert.deepEqual(resume(text, history), { kind: 'unknown' }))

test('within the current epoch a reader goes on where it was', () => {
  assert.deepEqual(resume('0000000c.85', history), { kind: 'after', seq: 85 })
  assert.deepEqual(resume('0000000c.91', history), { kind: 'unknown' })
})

test('a cursor of an older epoch is good as far as every restore kept what it had read', () => {
  assert.deepEqual(resume('0000000a.80', history), { kind: 'after', seq: 80 })
  assert.deepEqual(resume('0000000b.50', history), { kind: 'after', seq: 50 })
})

test('a cursor of what a restore lost gets a gap, and goes on from what was kept', () => {
  for (const cursor of ['0000000a.81', '0000000a.120', '0000000b.81'])
    assert.partialDeepStrictEqual(resume(cursor, history), { kind: 'gap', seq: 80 })
})

test('a cursor from before what is kept gets a gap', () => {
  assert.partialDeepStrictEqual(resume('0000000a.9', history), { kind: 'gap', seq: 10 })
  assert.deepEqual(resume('0000000a.10', history), { kind: 'after', seq: 10 })
})

test('an epoch of another server is unknown', () =>
  assert.deepEqual(resume('ffffffff.1', history), { kind: 'unknown' }))
