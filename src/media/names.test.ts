import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import '../../test/support/seed.ts'
import { isLitter, safePath, shown } from './names.ts'

test('ordinary names keep their parts', () => {
  assert.deepEqual(safePath('a/b/c.jpg'), { path: 'a/b/c.jpg', folder: 'a/b', fileName: 'c.jpg' })
  assert.deepEqual(safePath('./a//b\\c.jpg'), { path: 'a/b/c.jpg', folder: 'a/b', fileName: 'c.jpg' })
  assert.deepEqual(safePath('c.jpg'), { path: 'c.jpg', folder: '', fileName: 'c.jpg' })
  for (const name of ['👩‍👩‍👧 ❤️.png', 'שלום.png', '写真 1.jpg', '...jpg', 'a..b.jpg', '-rf', '%2e%2e'])
    assert.equal((safePath(name) as { path: string }).path, name)
})

test('one name has one spelling: NFC', () => {
  assert.deepEqual(safePath('u\u0308.jpg'), safePath('\u00fc.jpg'))
})

test('hostile names are refused with a sentence', () => {
  const refused: [string, RegExp][] = [
    ['../x.jpg', /leaves its folder/],
    ['a/../../x.jpg', /leaves its folder/],
    ['a\\..\\..\\x.jpg', /leaves its folder/],
    ['/etc/passwd', /absolute/],
    ['\\\\host\\share', /absolute/],
    ['C:\\x.jpg', /absolute/],
    ['c:x.jpg', /absolute/],
    ['a\0.jpg', /NUL/],
    ['a\nb.jpg', /control/],
    ['a\u0085b.jpg', /control/],
    ['invoice\u202egnp.exe', /reading direction/],
    ['a\u2066b', /reading direction/],
    ['', /empty/],
    ['.', /empty/],
    ['a/', /empty/],
    [' /x.jpg', /blank/],
    [`${'ü'.repeat(128)}.jpg`, /255 bytes/],
    [`${'folder/'.repeat(150)}x.jpg`, /1024 bytes/],
  ]
  for (const [name, sentence] of refused) assert.match(String(safePath(name)), sentence, JSON.stringify(name))
})

test('whatever comes in, what comes out stays inside', () => {
  const nasty = fc.string({
    unit: fc.constantFrom('..', '.', '/', '\\', 'a', 'C:', '\0', '\u202e', ' ', '😀'),
  })
  fc.assert(
    fc.property(fc.oneof(nasty, fc.string({ unit: 'binary' })), name => {
      const safe = safePath(name)
      if (typeof safe === 'string') return safe.endsWith('.')
      const segments = safe.path.split('/')
      assert.ok(segments.every(part => part !== '' && part !== '.' && part !== '..'))
      assert.equal(safe.path, safe.folder ? `${safe.folder}/${safe.fileName}` : safe.fileName)
      assert.deepEqual(safePath(safe.path), safe)
      return !/[\0\\\u202e]/.test(safe.path)
    }),
  )
})

test('what operating systems leave behind is litter, pictures are not', () => {
  for (const name of ['__MACOSX/._a.jpg', 'a/.DS_Store', '._a.jpg', 'x/Thumbs.db', 'desktop.ini'])
    assert.ok(isLitter(name), name)
  for (const name of ['a.jpg', '.a.jpg', 'MACOSX/a.jpg', 'a/DS_Store.png', '_a.jpg'])
    assert.ok(!isLitter(name), name)
})

test('a hostile name is harmless in a sentence', () => {
  assert.equal(shown('a\0b\n\u202ec'), 'a\\u0000b\\u000a\\u202ec')
  assert.equal(shown('x'.repeat(5000)).length, 200)
  assert.ok(shown(`${'x'.repeat(198)}😀😀`).isWellFormed())
})
