// The public page of the Notifications API (test/page/notifications-api.md) is the specification: its examples run as
// they are printed, with only the address, the token and the ids replaced, and each row of its tables is checked.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pieces, unused } from './page/page.ts'
import './page/requests.ts'
import './page/tables.ts'
import './page/streaming.ts'

test('no example and no table row of the page is left unproven', () => {
  assert.equal(pieces, 43)
  assert.deepEqual(unused(), [])
})
