// The live side of notifications: follows the log, holds the connected readers, and opens new ones.
import type { FastifyBaseLogger } from 'fastify'
import type { Database } from '../db/database.ts'
import { gather } from '../lib/gather.ts'
import { problems } from '../lib/problems.ts'
import { appendedChannel } from '../notifications/channels.ts'
import { formatCursor, type Resumption, resume } from '../notifications/cursor.ts'
import { logPosition, type ReaderPlace, readLogOf } from '../notifications/log.ts'
import { accessLost, followChanges } from './changes.ts'
import { encode } from './encode.ts'
import { Follower, type Log, pageSize, type Reader, type Sink } from './follow.ts'
import { createHub } from './hub.ts'
import { startPings } from './pings.ts'
import { followReadState } from './read-state.ts'
import { cutRevoked } from './revoke.ts'
import { startTail } from './tail.ts'

export type Live = Awaited<ReturnType<typeof startLive>>

/** Readers whose rows are read by one query; each may get a page. */
const readersPerQuery = 50
/** Streams that are opened on one reading of the log's position. */
const openingsPerQuery = 1000

const errorEvent = encode('error', {
  detail: 'Belfry cannot read new notifications just now; this stream recovers by itself.',
})

export async function startLive(db: Database, log: FastifyBaseLogger) {
  const { epoch } = (await logPosition(db)).epochs.at(-1)!
  const hub = createHub(epoch)
  const pings = startPings()
  const readState = await followReadState(db, hub)
  await followChanges(db, hub)
  const mayJoin = await cutRevoked(db, hub, (follower, datasetId) => {
    if (follower.allEvents) follower.tell(accessLost(datasetId))
    void readState.tellCount(follower)
  })

  /** Streams hear of an outage once, however many reads fail in it. */
  let outage = false
  const announceOutage = (error: unknown) => {
    if (outage) return
    outage = true
    log.error({ err: error }, 'streams cannot follow the log')
    for (const follower of hub.all()) follower.tell(errorEvent)
  }
  const recover = () => {
    outage = false
    for (const follower of hub.all()) void follower.catchUp()
  }
  const tail = await startTail(db, {
    hasReaders: () => !hub.isEmpty,
    publish: page => {
      hub.publish(page)
      readState.published(page)
    },
    failing: announceOutage,
    recovered: recover,
  })
  await db.listen(appendedChannel, {
    heard: () => void tail.wake(),
    lost: announceOutage,
    restored: () => void tail.wake().then(recover),
  })

  // Ten thousand clients who come back at once share these queries.
  const readPage = gather((places: ReaderPlace[]) => readLogOf(db, places, pageSize), readersPerQuery)
  const readPosition = gather(async (askers: null[]) => {
    const position = await logPosition(db)
    return askers.map(() => position)
  }, openingsPerQuery)
  const followed: Log = {
    epoch,
    read: ({ userId, datasetId }, afterSeq) => readPage({ userId, datasetId, afterSeq }),
    caughtUp: follower => void readState.tellCount(follower),
    failed: announceOutage,
  }

  /** Where the reader starts. Throws unknownCursor. */
  async function start(lastEventId: string | null): Promise<Exclude<Resumption, { kind: 'unknown' }>> {
    const position = await readPosition(null)
    if (lastEventId === null) return { kind: 'after', seq: position.head }
    const resumption = resume(lastEventId, position)
    if (resumption.kind === 'unknown') throw problems.unknownCursor(lastEventId)
    return resumption
  }

  let stopped = false
  return {
    hub,
    /** Publishes everything committed by now. */
    wake: tail.wake,
    /**
     * Opens a reader after the cursor `lastEventId`, or from now on. `connect` makes the sink and is given the first
     * cursor to hand out. The reader joins the hub before it reads the log, so what is appended meanwhile reaches it.
     * Returns the sink, and how to forget the reader once that is closed. Throws unknownCursor before it connects.
     */
    async open<S extends Sink>(reader: Reader, lastEventId: string | null, connect: (cursor: string) => S) {
      const from = await start(lastEventId)
      const id = formatCursor({ epoch, seq: from.seq })
      const sink = connect(id)
      const follower = new Follower(followed, reader, from.seq, sink)
      if (from.kind === 'gap') follower.tell(resetEvent(id, from.reason))
      hub.add(follower)
      const stopPings = pings.add(follower)
      if (!stopped && mayJoin(follower)) follower.join(tail.position)
      else follower.close()
      const forget = () => {
        hub.remove(follower)
        stopPings()
        follower.close()
      }
      return { sink, forget }
    },
    /** Ends all streams, and those that are opened from now on. */
    async stop(): Promise<void> {
      stopped = true
      pings.stop()
      await tail.stop()
      hub.cut(() => true)
    },
  }
}

const resetEvent = (id: string, reason: string): Buffer => {
  const detail = `${reason} What follows is complete from here on; read GET /api/v1/notifications for the state before.`
  return encode('reset', { detail }, id)
}
