import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import '../../test/support/seed.ts'
import { maxEventChars, type SseEvent, SseParser } from './sse.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const parse = (text: string, parser = new SseParser()) => parser.push(utf8(text))

test('the examples of the standard', () => {
  assert.deepEqual(parse('data: YHOO\ndata: +2\ndata: 10\n\n'), [
    { event: 'message', data: 'YHOO\n+2\n10', lastEventId: '' },
  ])
  assert.deepEqual(
    parse(': test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n'),
    [
      { event: 'message', data: 'first event', lastEventId: '1' },
      { event: 'message', data: 'second event', lastEventId: '' },
      { event: 'message', data: ' third event', lastEventId: '' },
    ],
  )
  assert.deepEqual(
    parse('data\n\ndata\ndata\n\ndata:').map(({ data }) => data),
    ['', '\n'],
  )
})

test('CR, LF and CRLF end lines, also mixed', () => {
  assert.deepEqual(
    parse('event: a\rdata: 1\r\rdata: 2\r\n\r\ndata: 3\n\r').map(({ event, data }) => [event, data]),
    [
      ['a', '1'],
      ['message', '2'],
      ['message', '3'],
    ],
  )
})

test('an id with NUL is ignored, an id without data still moves the cursor', () => {
  const parser = new SseParser('start')
  assert.deepEqual(parse('id: bad\0id\ndata: x\n\n', parser), [
    { event: 'message', data: 'x', lastEventId: 'start' },
  ])
  assert.deepEqual(parse('id: 7\n', parser), [])
  assert.equal(parser.lastEventId, 'start', 'not before the blank line')
  assert.deepEqual(parse('\n', parser), [])
  assert.equal(parser.lastEventId, '7')
})

test('retry takes only digits', () => {
  const parser = new SseParser()
  parse('retry: 1500\nretry: 2s\nretry: -1\nretry:\n', parser)
  assert.equal(parser.retryMs, 1500)
})

test('one byte order mark is taken off, a second one is text', () => {
  assert.equal(parse('\uFEFFdata: x\n\n')[0]?.data, 'x')
  assert.deepEqual(parse('\uFEFF\uFEFFdata: x\n\n'), [])
})

test('an event without end is bounded', () => {
  const parser = new SseParser()
  const chunk = utf8('x'.repeat(maxEventChars / 2))
  parser.push(chunk)
  parser.push(chunk)
  assert.throws(() => parser.push(chunk), /more than 1048576 characters/)
})

// Lines as a hostile or careless server might send them: fields, near-fields, comments, three line ends.
const name = fc.constantFrom('data', 'event', 'id', 'retry', '', 'dat', 'data ', '\uFEFFdata')
const value = fc.oneof(
  fc.constantFrom('', ' ', '1', ' 12', ' a:b', '\0', ' 🔔', '\uFEFF'),
  fc.string({ unit: 'grapheme' }).map(text => text.replace(/[\r\n]/g, '')),
)
const line = fc.oneof(
  fc.tuple(name, fc.constantFrom('', ':'), value).map(parts => parts.join('')),
  fc.constant(''),
)
const stream = fc
  .tuple(fc.constantFrom('', '\uFEFF'), fc.array(fc.tuple(line, fc.constantFrom('\n', '\r', '\r\n'))))
  .map(([mark, lines]) => mark + lines.flat().join(''))

test('any chunking of the bytes gives the same events', () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat(), { maxLength: 30 }), (text, cuts) => {
      const bytes = utf8(text)
      const whole = new SseParser()
      const expected = whole.push(bytes)
      const ends = [...cuts.map(cut => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
      const chunked = new SseParser()
      const events: SseEvent[] = []
      let start = 0
      for (const end of ends) {
        events.push(...chunked.push(bytes.subarray(start, end)))
        start = end
      }
      assert.deepEqual(events, expected)
      assert.deepEqual([chunked.lastEventId, chunked.retryMs], [whole.lastEventId, whole.retryMs])
    }),
    { numRuns: 2000 },
  )
})

test('it agrees with a second reading of the standard, written over whole lines', () => {
  fc.assert(
    fc.property(stream, text => assert.deepEqual(parse(text), eventsOf(text))),
    { numRuns: 2000 },
  )
})

// The grammar the other way round: split into lines, group at blank lines, then look at each group.
function eventsOf(text: string): SseEvent[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  const groups: string[][] = [[]]
  for (const each of lines.slice(0, -1)) each === '' ? groups.push([]) : groups.at(-1)!.push(each)
  let lastEventId = ''
  return groups.slice(0, -1).flatMap(group => {
    const fields = group.map(each => /^([^:]*)(?:: ?)?(.*)$/s.exec(each)!.slice(1) as [string, string])
    const all = (field: string) => fields.filter(([key]) => key === field).map(([, content]) => content)
    lastEventId = all('id').findLast(id => !id.includes('\0')) ?? lastEventId
    const data = all('data')
    return data.length === 0
      ? []
      : [{ event: all('event').at(-1) || 'message', data: data.join('\n'), lastEventId }]
  })
}
