import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asFilter, type InboxChoice, readChoice, writeChoice } from './filter.ts'

const id = 'a981fc0c-2d1f-11f1-a7ca-d2580fa2deac'

test('a choice is the same after it stood in an address', () => {
  const choice: InboxChoice = { unread: true, dataset: id, view: null, from: '2026-03-01', to: null }
  assert.deepEqual(readChoice(new URLSearchParams(writeChoice(choice).toString())), choice)
})

test('what an address says wrongly is not sent to the server', () => {
  const choice = readChoice(new URLSearchParams('dataset=x&view=%00&from=soon&to=2026-13-99'))
  assert.deepEqual(choice, { unread: false, dataset: null, view: null, from: null, to: '2026-13-99' })
  assert.deepEqual(Object.values(asFilter(choice)).filter(Boolean), [])
})

test('days are those of the reader’s calendar, from the first to the last moment', () => {
  const { createdFrom, createdTo } = asFilter({
    unread: false,
    dataset: null,
    view: null,
    from: '2026-03-31',
    to: '2026-03-31',
  })
  assert.equal(Date.parse(createdTo!) - Date.parse(createdFrom!), 86_400_000 - 1)
})
