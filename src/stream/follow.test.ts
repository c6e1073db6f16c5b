// Every order in which an event, a read, a slow client and a disconnect can fall. The log and the client are under
// the test's control, step by step; nothing here depends on time.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import '../../test/support/seed.ts'
import type { LogEntry } from '../notifications/log.ts'
import { ClientGone, Follower, type Log, maxPendingBytes, type Sink } from './follow.ts'
import { createHub } from './hub.ts'

const entry = (seq: number): LogEntry => ({ seq, userId: 'ann', datasetId: 'd', id: `${seq}`, rest: '}' })
const epoch = '00000000'
const turn = () => new Promise<void>(resolve => setImmediate(resolve))

/** A log in which rows become visible when the test says, and reads finish when the test says. */
function world({ cursor = 0, datasetId = null as string | null } = {}) {
  const log: number[] = []
  const reads: { afterSeq: number; finish: () => void; fail: () => void }[] = []
  let written = ''
  let pendingBytes = 0
  let drain: { resolve: () => void; reject: (error: Error) => void } | undefined
  let closed = false
  let failures = 0
  const sink: Sink = {
    write: bytes => {
      assert.ok(!closed, 'nothing is written after the close')
      written += bytes.toString()
    },
    get pendingBytes() {
      return pendingBytes
    },
    drained: () =>
      pendingBytes === 0
        ? Promise.resolve()
        : new Promise((resolve, reject) => {
            drain = { resolve, reject }
          }),
    close: () => {
      closed = true
      drain?.reject(new ClientGone())
    },
  }
  const reading: Log = {
    epoch,
    // As in a database: what a read returns is decided when it begins.
    read: (_, afterSeq, limit) => {
      const page = log.filter(seq => seq > afterSeq).slice(0, limit)
      return new Promise((resolve, reject) => {
        reads.push({
          afterSeq,
          finish: () => resolve(page.map(entry)),
          fail: () => reject(new Error('database gone')),
        })
      })
    },
    caughtUp: () => {},
    failed: () => {
      failures++
    },
  }
  const ann = { userId: 'ann', rights: ['ann'], allEvents: false, datasetId }
  const follower = new Follower(reading, ann, cursor, sink)
  const hub = createHub(epoch)
  hub.add(follower)
  return {
    follower,
    hub,
    reads,
    commit: (...seqs: number[]) => log.push(...seqs),
    publish: (...seqs: number[]) => {
      hub.publish(seqs.map(entry))
    },
    finishRead: async () => {
      reads.shift()!.finish()
      await turn()
    },
    failRead: async () => {
      reads.shift()!.fail()
      await turn()
    },
    block: () => {
      pendingBytes = maxPendingBytes + 1
    },
    unblock: async () => {
      pendingBytes = 0
      drain?.resolve()
      await turn()
    },
    leave: async () => {
      drain?.reject(new ClientGone())
      await turn()
    },
    got: () => [...written.matchAll(/^id: 0{8}\.(\d+)$/gm)].map(match => match[1]).join(' '),
    get closed() {
      return closed
    },
    get failures() {
      return failures
    },
  }
}

test('committed and published before the read: read once', async () => {
  const w = world()
  w.commit(1)
  w.publish(1) // still behind: this starts catching up
  assert.equal(w.reads.length, 1)
  await w.finishRead()
  assert.equal(w.got(), '1')
  assert.equal(w.follower.phase, 'live')
})

test('committed and published while the read is under way, unseen by it: read again before going live', async () => {
  const w = world()
  void w.follower.catchUp()
  w.commit(1)
  w.publish(1)
  await w.finishRead() // empty: it began before the commit
  assert.equal(w.follower.phase, 'catching up')
  await w.finishRead()
  assert.equal(w.got(), '1')
})

test('seen by the read and published after it: written once', async () => {
  const w = world()
  w.commit(1)
  void w.follower.catchUp()
  await w.finishRead()
  w.publish(1)
  assert.equal(w.got(), '1')
})

test('committed after the read began, published after it is live: delivered live', async () => {
  const w = world()
  void w.follower.catchUp()
  w.commit(1)
  await w.finishRead()
  assert.equal(w.got(), '')
  w.publish(1)
  assert.equal(w.got(), '1')
})

test('what is at or before the cursor is never written', async () => {
  const w = world({ cursor: 2 })
  w.commit(1, 2, 3)
  void w.follower.catchUp()
  await w.finishRead()
  w.publish(1, 2, 3)
  assert.equal(w.got(), '3')
})

test('a disconnect in each phase ends it quietly: behind, reading, draining, live', async () => {
  const behind = world()
  behind.follower.close()
  behind.publish(1)
  assert.equal(behind.reads.length, 0)

  const reading = world()
  reading.commit(1)
  void reading.follower.catchUp()
  reading.follower.close()
  await reading.finishRead()
  assert.equal(reading.got(), '')

  const draining = world()
  draining.commit(1)
  draining.block()
  void draining.follower.catchUp()
  await turn()
  draining.follower.close()
  await turn()
  assert.equal(draining.follower.phase, 'closed')
  assert.equal(draining.reads.length, 0)
  assert.equal(draining.failures, 0)

  const leaving = world()
  leaving.block()
  void leaving.follower.catchUp()
  await leaving.leave() // before it is closed
  assert.equal(leaving.failures, 0, 'no outage')
  leaving.publish(1)
  assert.equal(leaving.reads.length, 0)

  const live = world()
  void live.follower.catchUp()
  await live.finishRead()
  live.follower.close()
  live.publish(1)
  assert.equal(live.got(), '')
})

test('a client that falls behind holds no events; it reads them once it has room again', async () => {
  const w = world()
  void w.follower.catchUp()
  await w.finishRead()
  w.block()
  w.commit(1, 2, 3)
  w.publish(1, 2, 3)
  assert.equal(w.got(), '')
  assert.equal(w.reads.length, 0, 'a stalled client costs no reads')
  await w.unblock()
  await w.finishRead()
  assert.equal(w.got(), '1 2 3')
  assert.equal(w.follower.phase, 'live')
})

test('a failed read loses nothing: the next event, or being told, reads again from the same place', async () => {
  const w = world()
  w.commit(1)
  void w.follower.catchUp()
  await w.failRead()
  assert.equal(w.failures, 1)
  w.commit(2)
  w.publish(2)
  await w.finishRead()
  assert.equal(w.got(), '1 2')
})

test('a stream of one dataset passes over the others', async () => {
  const w = world({ datasetId: 'another' })
  void w.follower.catchUp()
  await w.finishRead()
  w.publish(1)
  assert.equal(w.got(), '')
})

test('a reader of what is to come joins live, without a read', () => {
  const w = world({ cursor: 2 })
  w.commit(1, 2)
  w.follower.join(2)
  assert.equal(w.follower.phase, 'live')
  assert.equal(w.reads.length, 0)
  w.publish(3)
  assert.equal(w.got(), '3')
})

test('a reader who joins before its cursor was published is not told of it again', () => {
  const w = world({ cursor: 2 })
  w.commit(1, 2)
  w.follower.join(1)
  w.publish(2)
  w.publish(3)
  assert.equal(w.got(), '3')
})

test('a reader who joins after later events were published reads them', async () => {
  const w = world({ cursor: 1 })
  w.commit(1, 2)
  w.follower.join(2)
  await w.finishRead()
  assert.equal(w.got(), '2')
  assert.equal(w.follower.phase, 'live')
})

test('any interleaving writes each committed event after the cursor once, in order', async () => {
  const step = fc.oneof(
    fc.constant('commit' as const),
    fc.constant('publish' as const),
    fc.constant('finish' as const),
    fc.constant('fail' as const),
    fc.constant('block' as const),
    fc.constant('unblock' as const),
  )
  /** What was committed when the cursor was handed out, committed since, and of all that published before it joined. */
  const joining = fc.record({ cursor: fc.nat(4), since: fc.nat(4), unpublished: fc.nat(8) })
  await fc.assert(
    fc.asyncProperty(joining, fc.array(step, { maxLength: 60 }), async (before, steps) => {
      const w = world({ cursor: before.cursor })
      let committed = 0
      while (committed < before.cursor + before.since) w.commit(++committed)
      let published = Math.max(0, committed - before.unpublished)
      w.follower.join(published)
      for (const name of steps) {
        if (name === 'commit') w.commit(++committed)
        if (name === 'publish' && published < committed) w.publish(++published)
        if (name === 'finish' && w.reads.length > 0) await w.finishRead()
        if (name === 'fail' && w.reads.length > 0) await w.failRead()
        if (name === 'block') w.block()
        if (name === 'unblock') await w.unblock()
      }
      await w.unblock()
      while (published < committed) w.publish(++published)
      w.commit(++committed)
      w.publish(++published) // pokes a follower whose last read failed
      await turn()
      while (w.reads.length > 0) await w.finishRead()
      const wanted = Array.from({ length: committed }, (_, i) => i + 1).slice(before.cursor)
      assert.equal(w.got(), wanted.join(' '))
      assert.equal(w.follower.phase, 'live')
    }),
    { numRuns: 500 },
  )
})
