// The reference pages say what the code does: names in their first column are compared with the code's own lists.
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { variables } from '../src/config.ts'
import { problems } from '../src/lib/problems.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = (path: string) => readFile(join(root, path), 'utf8')
const firstColumn = (text: string) => [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(match => match[1]!)

test('errors.md names every refusal, with its status', async () => {
  const text = await page('docs/reference/errors.md')
  assert.deepEqual(firstColumn(text).toSorted(), Object.keys(problems).toSorted())
  for (const [code, make] of Object.entries(problems)) {
    const { status } = (make as (...args: unknown[]) => { status: number })('', [], '')
    assert.ok(text.includes(`| \`${code}\` | ${status} |`), `${code} is a ${status}`)
  }
})

test('config.md names every variable, with its meaning', async () => {
  const text = await page('docs/reference/config.md')
  assert.deepEqual(firstColumn(text).toSorted(), Object.keys(variables).toSorted())
  for (const [name, meaning] of Object.entries(variables))
    assert.ok(text.includes(`| \`${name}\` | ${meaning} |`), name)
})

test('events.md names the events that the code sends', async () => {
  const sources = await Promise.all(
    ['live', 'pings', 'read-state', 'changes', 'events'].map(name => page(`src/stream/${name}.ts`)),
  )
  const sent = sources.flatMap(source =>
    [...source.matchAll(/(?:event: |encode\()'(\w+)'/g)].map(match => match[1]!),
  )
  assert.deepEqual(firstColumn(await page('docs/reference/events.md')).toSorted(), sent.toSorted())
})

test('every relative link of the documentation leads somewhere', async () => {
  // Not what npm installed, nor what `npm run package` laid out: its links lead to the repository.
  const pages = (await readdir(root, { recursive: true })).filter(
    path =>
      path.endsWith('.md') && !/(^|\/)(node_modules|dist)\//.test(path) && !path.startsWith('test/page'),
  )
  assert.ok(pages.length >= 10, 'the pages were found')
  const broken: string[] = []
  for (const path of pages)
    for (const [, target] of (await page(path)).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)) {
      const file = resolve(root, dirname(path), target!)
      await readFile(file).catch(error => error.code === 'EISDIR' || broken.push(`${path} → ${target}`))
    }
  assert.deepEqual(broken, [])
})
