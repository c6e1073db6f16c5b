import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodyOf, encodeEvent, toChunk } from './encode.ts'

test('fields come in one block that ends with an empty line', () => {
  assert.equal(
    encodeEvent({ retryMs: 1500, event: 'notification', id: 'e.1', data: '{}' }),
    'retry: 1500\nevent: notification\nid: e.1\ndata: {}\n\n',
  )
})

test('data of several lines is one data field per line, whatever ends them', () => {
  assert.equal(encodeEvent({ data: 'a\nb\r\nc\rd' }), 'data: a\ndata: b\ndata: c\ndata: d\n\n')
})

for (const [name, event] of Object.entries({
  'CR in an id': { id: 'a\rdata: forged' },
  'LF in an event name': { event: 'a\nid: forged' },
  'NUL in an id': { id: 'a\0' },
}))
  test(`${name} is refused: its text would become a field of its own`, () => {
    assert.throws(() => encodeEvent(event), RangeError)
  })

test('a chunk says how many bytes it holds, not characters, and gives them back', () => {
  const text = encodeEvent({ data: 'é' })
  assert.equal(toChunk(text).toString(), 'a\r\ndata: é\n\n\r\n')
  assert.equal(bodyOf(toChunk(text)).toString(), text)
})
