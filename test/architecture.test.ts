// The shape of src/: who may import whom, what is private, how long a file may be.
import assert from 'node:assert/strict'
import { glob, readFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

/** From left to right: a folder imports from itself and from what stands before it. */
const order = [
  'lib',
  'db',
  'auth',
  'tasks',
  'datasets',
  'vectors',
  'media',
  'views',
  'monitoring',
  'notifications',
  'stream',
  'delivery',
  'http',
  'top',
]
/** Files directly in src/, and the command line, build and start everything. */
const places: Record<string, string> = { 'config.ts': 'lib', cli: 'top' }
const maxLines = 300

interface Import {
  from: string
  to: string
  typeOnly: boolean
}
interface SourceFile {
  path: string
  text: string
  imports: Import[]
}

const source = fileURLToPath(new URL('../src', import.meta.url))
const files: SourceFile[] = []
for await (const path of glob('**/*.ts', { cwd: source })) {
  const text = await readFile(join(source, path), 'utf8')
  files.push({ path, text, imports: importsOf(path, text) })
}
const isTest = (path: string) => path.endsWith('.test.ts')
const parts = files.filter(({ path }) => !isTest(path))
const imports = parts.flatMap(file => file.imports)

/** Static, re-exporting and dynamic imports of files in src/. */
function importsOf(path: string, text: string): Import[] {
  const found = [
    ...text.matchAll(/\b(import|export)\b\s*(type\b)?(?:[\w\s{},*]*?\bfrom\b)?\s*\(?\s*['"](\.[^'"]+)['"]/g),
  ]
  return found.map(([, , type, specifier]) => ({
    from: path,
    to: normalize(join(dirname(path), specifier!)),
    typeOnly: type !== undefined,
  }))
}

function placeOf(path: string): number {
  const [first] = path.split('/') as [string]
  const place = places[first] ?? (path.includes('/') ? first : 'top')
  const index = order.indexOf(place)
  assert.notEqual(index, -1, `${path}: '${first}' has no place in the order; give it one in this file.`)
  return index
}
const show = ({ from, to }: Import) => `${from} imports ${to}`

test('the scan saw the source', () => {
  assert.ok(parts.length > 50, `only ${parts.length} files`)
  assert.ok(imports.length > 100, `only ${imports.length} imports`)
  for (const path of ['app.ts', 'lib/problems.ts', 'http/guard.ts'])
    assert.ok(
      parts.some(file => file.path === path),
      path,
    )
  const count = (text: string) => importsOf('a/b.ts', text).length
  assert.equal(count("import x from '../c.ts'\nimport {\n  y,\n} from './d.ts'\nexport * from './e.ts'"), 3)
  assert.equal(count("import './f.ts'\nconst g = await import('./g.ts')"), 2)
  assert.equal(importsOf('a/b.ts', "import type { X } from '../c.ts'")[0]!.typeOnly, true)
  assert.equal(importsOf('a/b.ts', "import { type X, y } from '../c.ts'")[0]!.typeOnly, false)
})

test('imports go from right to left in the order', () => {
  const wrong = imports.filter(
    one => placeOf(one.from) < placeOf(one.to) && !(one.typeOnly && one.to === 'http/server.ts'), // routes name their server
  )
  assert.deepEqual(wrong.map(show), [])
})

test('a store is private to its slice, and routes are for the app', () => {
  const slice = (path: string) => path.split('/')[0]
  const isStore = (path: string) => /(^|\/)store\.ts$/.test(path)
  const isRoutes = (path: string) => /(^|\/|-)routes\.ts$|Routes\.ts$/.test(path)
  const wrong = imports.filter(
    ({ from, to }) =>
      (isStore(to) || isRoutes(to)) && slice(from) !== slice(to) && !(isRoutes(to) && from === 'app.ts'),
  )
  assert.deepEqual(wrong.map(show), [])
})

test('no file is longer than can be read at once', () => {
  const long = parts.filter(({ text }) => text.split('\n').length > maxLines)
  assert.deepEqual(
    long.map(({ path }) => path),
    [],
  )
})

test('the environment is read in one place', () => {
  const readers = parts
    .filter(({ text }) => /process\.env|import\.meta\.env/.test(text))
    .map(({ path }) => path)
  assert.deepEqual(
    readers.filter(path => path !== 'config.ts' && !path.startsWith('cli/')),
    [],
  )
})

test('names say what a thing does, not that it manages or helps', () => {
  const vague = files.filter(({ path }) => /manager|service|helper|util/i.test(path))
  assert.deepEqual(
    vague.map(({ path }) => path),
    [],
  )
})
