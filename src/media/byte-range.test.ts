import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readByteRange } from './byte-range.ts'

const of = (header: string | undefined, bytes = 10) => {
  const range = readByteRange(header, bytes)
  return range ? [range.start, range.end] : range
}

test('a range is read as its standard has it', () => {
  assert.deepEqual(of('bytes=0-'), [0, 10])
  assert.deepEqual(of('bytes=2-4'), [2, 5])
  assert.deepEqual(of('bytes=9-9'), [9, 10])
  assert.deepEqual(of('bytes=4-99999999999999999999'), [4, 10])
  assert.deepEqual(of('bytes=-3'), [7, 10])
  assert.deepEqual(of('bytes=-99'), [0, 10])
})

test('one that lies behind the end is not there', () => {
  for (const header of ['bytes=10-', 'bytes=99999999999999999999-', 'bytes=-0'])
    assert.equal(of(header), null)
  assert.equal(of('bytes=0-', 0), null)
})

test('what is no single range of bytes asks for all of them', () => {
  for (const header of [
    undefined,
    '',
    'bytes=-',
    'bytes=4-2',
    'bytes=0-1,4-5',
    'bytes=a-b',
    'items=0-1',
    'bytes=-1-2',
  ])
    assert.equal(of(header), undefined, header)
})
