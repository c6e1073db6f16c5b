import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultLanguage, languages as known } from '../../../src/datasets/language.ts'
import { languages, usualLanguage } from './languages.ts'

test('the page offers the languages that the server has', () => {
  assert.deepEqual(languages, [...known])
  assert.equal(usualLanguage, defaultLanguage)
})
