import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clustersOf, type Neighbour, neighbourhoodOf } from './neighbourhood.ts'

const neighbours = (...found: [likeness: number, ...labels: string[]][]): Neighbour[] =>
  found.map(([likeness, ...labels], i) => ({ id: `${i}`, likeness, labels }))
const near = (actual: number | null, expected: number) =>
  assert.ok(actual !== null && Math.abs(actual - expected) < 1e-9, `${actual}, not ${expected}`)

test('an item alone is like nothing, and nothing more can be told', () => {
  assert.deepEqual(neighbourhoodOf(['cat'], []), {
    nearest_likeness: 0,
    nearest_id: null,
    isolation: null,
    label_share: null,
    duplicates: 0,
    mislabels: null,
  })
})

test('duplicates rise with the likeness of the nearest', () => {
  const confidence = (likeness: number) => neighbourhoodOf([], neighbours([likeness])).duplicates
  near(confidence(1), 1)
  near(confidence(0.9), 0.5)
  near(confidence(0.8), 0)
  near(confidence(0.3), 0)
})

test('isolation is the mean distance of the five nearest', () => {
  const five = neighbours([0.9], [0.8], [0.7], [0.6], [0.5], [0.1])
  near(neighbourhoodOf([], five).isolation, 0.3)
  assert.equal(neighbourhoodOf([], five.slice(0, 4)).isolation, null)
})

test('neighbours vote on the label, weighted by their likeness', () => {
  const five = neighbours([0.8, 'dog'], [0.8, 'dog', 'pet'], [0.4, 'cat'], [0.4, 'dog'], [0.4, 'cat', 'pet'])
  const cat = neighbourhoodOf(['cat'], five)
  near(cat.label_share, 0.8 / 2.8)
  near(cat.mislabels, 2 / 2.8 - 0.8 / 2.8)
  const dog = neighbourhoodOf(['dog', 'brown'], five)
  near(dog.label_share, 2 / 2.8)
  near(dog.mislabels, 0)
  assert.equal(neighbourhoodOf([], five).mislabels, null, 'nothing to be wrong')
  assert.equal(neighbourhoodOf(['cat'], five.slice(1)).mislabels, null, 'too few voters')
  assert.equal(
    neighbourhoodOf(['cat'], neighbours([0, 'a'], [0, 'a'], [0, 'a'], [0, 'a'], [0, 'a'])).mislabels,
    null,
  )
})

test('clusters are what links connect, whichever way they point', () => {
  const link = (id: string, nearest_id: string) => ({ id, nearest_id })
  const clusters = clustersOf([
    link('c', 'b'),
    link('a', 'b'),
    link('b', 'a'),
    link('e', 'd'),
    link('f', 'e'),
  ])
  assert.deepEqual(Object.fromEntries(clusters), { a: 'a', b: 'a', c: 'a', d: 'd', e: 'd', f: 'd' })
})
