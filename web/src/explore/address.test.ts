import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readExploring, writeExploring } from './address.ts'

const uuid = '94431831-ceeb-4e21-8c5b-84c78783bd4b'

test('what stands in the address is what was explored', () => {
  const exploring = {
    filters: {
      entity_type: 'OBJECTS',
      caption: 'red & "fast"',
      threshold: 0.5,
      vql: [{ labels: { op: 'one_of', value: ['a,b'] } }],
    },
    batch: uuid,
    alert: null,
    grouped: true,
  } as const
  assert.deepEqual(
    readExploring(new URLSearchParams(`${writeExploring(structuredClone(exploring) as never)}`)),
    exploring,
  )
})

test('of an alert only the alert stands in the address: what it counted is fixed', () => {
  const exploring = { ...readExploring(new URLSearchParams('q=cup')), alert: uuid }
  assert.equal(`${writeExploring(exploring)}`, `alert=${uuid}`)
})

test('an address that says nothing sensible shows everything', () => {
  const wild = new URLSearchParams('type=HATS&threshold=9&vql={&batch=x&alert=../../x')
  assert.deepEqual(readExploring(wild), {
    filters: { entity_type: 'IMAGES', caption: '', threshold: 0, vql: [] },
    batch: null,
    alert: null,
    grouped: false,
  })
  assert.deepEqual(readExploring(new URLSearchParams('vql=[null,1]')).filters.vql, [])
})
