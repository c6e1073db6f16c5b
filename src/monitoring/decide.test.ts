import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decide } from './decide.ts'

test('a count alerts when alerting is on, and says why it does not otherwise', () => {
  assert.deepEqual(decide({ alerting_enabled: true }, 1), { alert: true })
  assert.deepEqual(decide({ alerting_enabled: true }, 0), { alert: false, reason: 'nothing matched' })
  assert.deepEqual(decide({ alerting_enabled: false }, 5), { alert: false, reason: 'alerting is off' })
})
