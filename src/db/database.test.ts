import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import sql from 'sql-template-tag'
import { onPostgres, testDatabase } from '../../test/support/database.ts'
import { until } from '../../test/support/deadline.ts'
import { startOfRows } from './copy-rows.ts'
import { openDatabase } from './open.ts'
import { openPostgres } from './postgres.ts'

const { db, place } = await testDatabase()

test('a refused statement does not mix up the answers to those beside it', async () => {
  for (let round = 0; round < 20; round++) {
    const [refused, first, second] = await Promise.allSettled([
      db.query(sql`select nothing from nowhere`),
      db.query(sql`select ${round}::int as n`),
      db.query(sql`select ${round}::int + 1 as n`),
    ])
    assert.equal(refused.status, 'rejected')
    assert.deepEqual(first, { status: 'fulfilled', value: [{ n: round }] })
    assert.deepEqual(second, { status: 'fulfilled', value: [{ n: round + 1 }] })
  }
})

test('nor does a transaction that fails', async () => {
  for (let round = 0; round < 20; round++) {
    const [failed, beside] = await Promise.allSettled([
      db.transaction(async tx => {
        await tx.query(sql`select 1`)
        await tx.query(sql`select nothing from nowhere`)
      }),
      db.query(sql`select ${round}::int as n`),
    ])
    assert.equal(failed.status, 'rejected')
    assert.deepEqual(beside, { status: 'fulfilled', value: [{ n: round }] })
  }
})

test('rows are copied as they are, in pages of whole rows, long ones and many', async () => {
  const lengths = [0, 1, 8_000, 70_000, 600_000, 3, ...Array.from({ length: 2_000 }, (_, i) => i)]
  const pages = await db.copyOut(sql`
    select length, convert_to(repeat('x', length), 'UTF8')
    from unnest(${`{${lengths}}`}::int[]) with ordinality as asked (length, n) order by n`)
  assert.ok(pages.length > 3)
  const copied = pages.flatMap(page => {
    const bytes = Buffer.from(page)
    const rows: number[] = []
    for (let at = startOfRows(bytes); at < bytes.length; ) {
      if (bytes.readInt16BE(at) === -1) break
      const [length, end] = [bytes.readInt32BE(at + 6), at + 14 + bytes.readInt32BE(at + 10)]
      assert.equal(end - at - 14, length)
      assert.ok(bytes.subarray(at + 14, end).every(byte => byte === 0x78))
      rows.push(length)
      at = end
    }
    return rows
  })
  assert.deepEqual(copied, lengths)
})

test('a copy that is refused says why, and is alone in it', async () => {
  const [refused, before, after] = await Promise.allSettled([
    db.copyOut(sql`select nothing from nowhere`),
    db.query(sql`select 1 as n`),
    db.copyOut(sql`select 1`),
  ])
  assert.equal((refused as PromiseRejectedResult).reason.code, '42P01')
  assert.match((refused as PromiseRejectedResult).reason.message, /"nowhere" does not exist/)
  assert.deepEqual([before.status, after.status], ['fulfilled', 'fulfilled'])
})

test('a connection that dies between two statements fails its transaction, and nothing else', {
  skip: !onPostgres && 'the embedded engine has no connection to lose',
}, async () => {
  const between = db.transaction(async tx => {
    const [{ pid } = { pid: 0 }] = await tx.query<{ pid: number }>(sql`select pg_backend_pid() as pid`)
    await db.query(sql`select pg_terminate_backend(${pid})`)
    await until(
      async () => (await db.query(sql`select from pg_stat_activity where pid = ${pid}`)).length === 0,
      'the connection being gone',
    )
    await tx.query(sql`select 1`)
  })
  await assert.rejects(between)
  assert.deepEqual(await db.query(sql`select 1 as n`), [{ n: 1 }])
})

/** Passes connections on to `to`; while it is shut they wait at it. */
async function startGate(to: URL) {
  const waiting: Socket[] = []
  let isShut = false
  const pass = (socket: Socket) => {
    const onward = connect(Number(to.port), to.hostname)
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const)
      one.pipe(other).on('error', () => one.destroy())
  }
  const server = createServer(socket => (isShut ? waiting.push(socket) : pass(socket))).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(to)
  url.port = String((server.address() as { port: number }).port)
  return {
    url,
    waiting,
    shut() {
      isShut = true
    },
    open: () => waiting.forEach(pass),
    stop: () => server.close(),
  }
}

test('a listening connection that comes back when the database is being closed is closed as well', {
  skip: !onPostgres && 'the embedded engine has no connection to lose',
}, async t => {
  const gate = await startGate(new URL(place.databaseUrl!))
  t.after(gate.stop)
  const closing = openPostgres(gate.url.href)
  let isLost = false
  const lost = () => {
    isLost = true
  }
  await closing.listen('news', { heard: () => {}, lost })
  gate.shut()
  await db.query(sql`select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen "news"'`)
  await until(() => isLost && gate.waiting.length === 1, 'the connection being made anew')
  await closing.close()
  const ended = until(() => gate.waiting[0]!.destroyed, 'the end of the connection')
  gate.open()
  await ended
})

test('an embedded database that cannot be opened says where it is and what to do', async t => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'belfry-no-database-'))
  t.after(() => rm(dataFolder, { recursive: true }))
  await writeFile(join(dataFolder, 'database'), 'no folder')
  await assert.rejects(openDatabase({ databaseUrl: null, dataFolder }), {
    message: `The embedded database in ${join(dataFolder, 'database')} cannot be opened: its files cannot be used (ErrnoError 54). Make room on its disk, or restore the folder from a backup, then start again.`,
  })
})
