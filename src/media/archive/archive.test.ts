import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import '../../../test/support/seed.ts'
import { create } from 'tar'
import { everyKind, tar, x, zip } from '../../../test/support/archives.ts'
import { type ArchiveLimits, archiveKind, archiveLimits, extract } from './archive.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-archive-'))
})
after(() => rm(folder, { recursive: true }))

let made = 0
async function unpack(archive: Buffer | string, limits: Partial<ArchiveLimits> = {}) {
  let path = archive
  if (typeof path !== 'string') {
    path = join(folder, `${made++}`)
    await writeFile(path, archive)
  }
  const files: Record<string, string> = {}
  const outcome = await extract(
    path,
    async (name, body) => {
      const content = await buffer(body)
      files[name.path] = content.length < 100 ? content.toString() : `${content.length} bytes`
    },
    { limits: { ...archiveLimits, ...limits } },
  )
  return { ...outcome, files }
}
test('files come out of every kind of archive, whatever it is called', async () => {
  for (const [kind, archive] of everyKind([
    { name: 'a.jpg', data: Buffer.from('one') },
    { name: 'sub/ü 😀.jpg', data: Buffer.from('two') },
    { name: 'empty.csv', data: Buffer.alloc(0) },
  ])) {
    const { files, faults, entries, bytes } = await unpack(archive)
    assert.deepEqual(files, { 'a.jpg': 'one', 'sub/ü 😀.jpg': 'two', 'empty.csv': '' }, kind)
    assert.deepEqual({ faults, entries, bytes }, { faults: [], entries: 3, bytes: 6 }, kind)
  }
})

test('what an archive is called only counts for a first look', () => {
  const kinds = ['a.zip', 'A.ZIP', 'a.tar', 'a.tar.gz', 'a.tgz', 'a.jpg', 'zip', 'a.gz'].map(archiveKind)
  assert.deepEqual(kinds, ['zip', 'zip', 'tar', 'tar.gz', 'tar.gz', null, null, null])
})

test('a bad name fails alone', async () => {
  const names = ['../up.jpg', '/etc/passwd', 'C:\\x.jpg', 'a/../../x.jpg', 'a\u202egpj.exe', 'n\n.jpg']
  for (const [kind, archive] of everyKind([
    { name: 'first.jpg' },
    ...names.map(name => ({ name })),
    { name: 'last.jpg' },
  ])) {
    const { files, faults } = await unpack(archive)
    assert.deepEqual(Object.keys(files), ['first.jpg', 'last.jpg'], kind)
    assert.equal(faults.length, names.length, kind)
    assert.ok(faults.every(({ subject }) => !/[\n\u202e]/.test(subject)))
    assert.match(faults[0]!.problem, /leaves its folder/)
  }
  const { files, faults } = await unpack(zip([{ name: Buffer.from('a\0.jpg') }, { name: 'b.jpg' }]))
  assert.deepEqual([Object.keys(files), faults[0]!.subject], [['b.jpg'], 'a\\u0000.jpg'])
})

test('a name that comes twice is taken once, also in another spelling', async () => {
  for (const [kind, archive] of everyKind([
    { name: '\u00fc.jpg', data: Buffer.from('one') },
    { name: './u\u0308.jpg', data: Buffer.from('two') },
  ])) {
    const { files, faults } = await unpack(archive)
    assert.deepEqual(files, { '\u00fc.jpg': 'one' }, kind)
    assert.match(faults[0]!.problem, /another file of this name/)
  }
})

test('litter and folders are skipped without a word, inner archives with one', async () => {
  for (const [kind, archive] of everyKind([
    { name: '__MACOSX/._a.jpg' },
    { name: 'sub/.DS_Store' },
    { name: 'sub/', data: Buffer.alloc(0) },
    { name: 'sub/inner.tar.gz' },
    { name: 'sub/a.jpg' },
  ])) {
    const { files, faults } = await unpack(archive)
    assert.deepEqual(files, { 'sub/a.jpg': 'x' }, kind)
    assert.deepEqual(
      faults.map(({ subject }) => subject),
      ['sub/inner.tar.gz'],
      kind,
    )
  }
})

test('links and devices are refused', async () => {
  const types = ['Link', 'SymbolicLink', 'CharacterDevice', 'BlockDevice', 'FIFO']
  const asTar = tar([
    ...types.map(type => ({
      path: type,
      type,
      ...(type.endsWith('Link') ? { linkpath: '/etc/passwd' } : {}),
    })),
    { path: 'a.jpg', data: x },
  ])
  const fromTar = await unpack(asTar)
  assert.deepEqual(fromTar.files, { 'a.jpg': 'x' })
  assert.deepEqual(
    fromTar.faults.map(({ subject }) => subject),
    types,
  )
  const fromZip = await unpack(
    zip([
      { name: 'link.jpg', data: Buffer.from('/etc/passwd'), mode: 0o120777 },
      { name: 'device', mode: 0o020666 },
      { name: 'a.jpg', mode: 0o100644 },
    ]),
  )
  assert.deepEqual(fromZip.files, { 'a.jpg': 'x' })
  assert.deepEqual(
    fromZip.faults.map(({ subject }) => subject),
    ['link.jpg', 'device'],
  )
})

test('sizes that are not true fail their entry alone', async () => {
  const thousand = Buffer.alloc(1000, 'y')
  const { files, faults } = await unpack(
    zip([
      { name: 'larger.jpg', data: thousand, claims: { size: 10 } },
      { name: 'smaller.jpg', data: thousand, claims: { size: 5000 } },
      { name: 'stored.jpg', data: thousand, stored: true, claims: { size: 10 } },
      { name: 'changed.jpg', data: thousand, claims: { crc: 1 } },
      { name: 'elsewhere.jpg', data: thousand, claims: { offset: 7 } },
      { name: 'noise.jpg', data: Buffer.from('no deflate'), stored: true, claims: { method: 8 } },
      { name: 'encrypted.jpg', flags: 0x801 },
      { name: 'exotic.jpg', claims: { method: 12 } },
      { name: 'a.jpg' },
    ]),
  )
  assert.deepEqual(files, { 'a.jpg': 'x' })
  assert.deepEqual(
    faults.map(({ subject }) => subject.split('.')[0]),
    ['larger', 'smaller', 'stored', 'changed', 'elsewhere', 'noise', 'encrypted', 'exotic'],
  )
})

test('limits of entries, of one entry and of all together hold in every kind', async () => {
  const files = Array.from({ length: 10 }, (_, n) => ({ name: `${n}.jpg`, data: Buffer.alloc(1000, n) }))
  for (const [kind, archive] of everyKind(files)) {
    const few = await unpack(archive, { maxEntries: 4 })
    assert.equal(few.entries, 4, kind)
    assert.match(few.faults[0]!.problem, /more than 4 files/)
    const small = await unpack(archive, { maxEntryBytes: 999 })
    assert.deepEqual([small.entries, small.faults.length, small.bytes], [0, 10, 0], kind)
    const total = await unpack(archive, { maxTotalBytes: 4500 })
    assert.equal(total.entries, 4, kind)
    assert.match(total.faults[0]!.problem, /more than 4500 bytes/)
  }
})

test('a broken archive keeps what came before the break, and says so in one sentence', async () => {
  const parts = [
    { name: 'a.jpg', data: Buffer.from('one') },
    { name: 'b.jpg', data: Buffer.from(Array.from({ length: 5000 }, (_, n) => (n * 7919) % 251)) },
  ]
  for (const [kind, archive] of everyKind(parts)) {
    const { files, faults } = await unpack(archive.subarray(0, archive.length * 0.6))
    assert.deepEqual(Object.keys(files), kind === 'tar' ? ['a.jpg'] : Object.keys(files), kind)
    assert.deepEqual([faults.length, faults[0]!.subject], [1, 'archive'], kind)
    assert.match(faults[0]!.problem, /cut off/, kind)
  }
  const whole = everyKind(parts)[1]![1]
  const spoilt = Buffer.from(whole)
  spoilt[1024 + 3] = 0x41 // in the second header
  assert.deepEqual((await unpack(spoilt)).entries, 1)
  const noEnd = await unpack(whole.subarray(0, whole.length - 1024))
  assert.deepEqual([noEnd.entries, noEnd.faults], [2, []], 'the empty blocks at the end may be missing')
  for (const nothing of [
    '',
    'hello',
    '<svg/>',
    gzipSync('hello'),
    gzipSync(gzipSync(whole)),
    Buffer.alloc(9999),
  ]) {
    const { entries, faults } = await unpack(Buffer.from(nothing))
    assert.deepEqual([entries, faults.length], [0, 1])
  }
})

test('whatever bytes are changed, it is the archive that is to blame', async () => {
  const archives = everyKind(
    ['a.jpg', 'sub/b.jpg', 'c.csv'].map(name => ({ name, data: Buffer.alloc(700, name) })),
  )
  const change = fc.record({ at: fc.nat(4000), to: fc.nat(255) })
  await fc.assert(
    fc.asyncProperty(
      fc.nat(archives.length - 1),
      fc.array(change, { maxLength: 8 }),
      async (which, changes) => {
        const spoilt = Buffer.from(archives[which]![1])
        for (const { at, to } of changes) spoilt[at % spoilt.length] = to
        const { entries, faults } = await unpack(spoilt)
        assert.ok(entries + faults.length > 0)
        assert.ok(faults.every(({ problem }) => problem.endsWith('.')))
      },
    ),
    { numRuns: 300 },
  )
})

test('what follows the end of a tar is not read', async () => {
  const { files, bytes } = await unpack(
    Buffer.concat([
      tar([{ path: 'a.jpg', data: x }]),
      Buffer.alloc(5 * 2 ** 20),
      tar([{ path: 'b.jpg', data: x }]),
    ]),
  )
  assert.deepEqual([files, bytes], [{ 'a.jpg': 'x' }, 1])
})

test('long names of GNU and pax tars are read whole', async () => {
  const long = `${'folder-ü/'.repeat(20)}picture.jpg`
  const gnu = tar([
    { path: '././@LongLink', type: 'NextFileHasLongPath', data: Buffer.from(`${long}\0`) },
    { path: long.slice(0, 90), data: x },
    { path: 'after.jpg', data: x },
  ])
  assert.deepEqual((await unpack(gnu)).files, { [long]: 'x', 'after.jpg': 'x' })

  await mkdir(join(folder, 'pax', long, '..'), { recursive: true })
  await writeFile(join(folder, 'pax', long), 'x')
  await create({ cwd: join(folder, 'pax'), file: join(folder, 'pax.tgz'), gzip: true }, ['.'])
  assert.deepEqual((await unpack(join(folder, 'pax.tgz'))).files, { [long]: 'x' })

  const huge = tar([{ path: 'x', type: 'NextFileHasLongPath', data: Buffer.alloc(2 * 2 ** 20, 'a') }])
  assert.match((await unpack(huge)).faults[0]!.problem, /header that is too large/)
})

test('a full disk is no fault of the archive, and ends the work', async () => {
  for (const [kind, archive] of everyKind([{ name: 'a.jpg' }, { name: 'b.jpg' }])) {
    const path = join(folder, `full-${kind}`)
    await writeFile(path, archive)
    const seen: string[] = []
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' })
    const work = extract(path, async name => {
      seen.push(name.path)
      throw full
    })
    await assert.rejects(work, full)
    assert.deepEqual(seen, ['a.jpg'])
  }
  await assert.rejects(
    extract(join(folder, 'absent.zip'), async () => {}),
    { code: 'ENOENT' },
  )
})

test('an entry that nobody reads holds nothing up, and an abort ends the work', async () => {
  for (const [kind, archive] of everyKind([
    { name: 'a.jpg', data: Buffer.alloc(300_000, 7) },
    { name: 'b.jpg' },
  ])) {
    const path = join(folder, `unread-${kind}`)
    await writeFile(path, archive)
    const { entries, faults } = await extract(path, async () => {})
    assert.deepEqual({ entries, faults }, { entries: 2, faults: [] }, kind)
    const abort = new AbortController()
    const work = extract(path, async () => abort.abort(new Error('stop')), { signal: abort.signal })
    await assert.rejects(work, /stop/, kind)
  }
})
