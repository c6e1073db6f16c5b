import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seenTexts } from './seen.ts'

test('every text is new once', () => {
  const seen = seenTexts()
  const texts = Array.from({ length: 20_000 }, (_, i) => `s3://bucket/folder/${i}.jpg`)
  assert.ok(texts.every(text => seen.add(text)))
  assert.ok(!texts.some(text => seen.add(text)))
  assert.ok(seen.add('another'))
})
