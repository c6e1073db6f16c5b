import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clockText, secondsOf } from './video-time.ts'

test('a time in a video is a number to seek to, and short to read', () => {
  const times = ['00:00:02.000', '00:01:23.500', '10:00:00.040']
  assert.deepEqual(times.map(secondsOf), [2, 83.5, 36_000.04])
  assert.deepEqual(times.map(clockText), ['0:02', '1:23', '10:00:00'])
})
