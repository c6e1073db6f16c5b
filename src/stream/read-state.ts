// For streams opened with `events=all`: what was read on another tab or device, so that badges agree without polling.
// These events are outside the log and carry no id; a stream that may have missed some is told the count anew.
import type { Database } from '../db/database.ts'
import { type ReadAnnouncement, readChannel } from '../notifications/channels.ts'
import type { LogEntry } from '../notifications/log.ts'
import { countUnread } from '../notifications/notification.ts'
import { encode } from './encode.ts'
import type { Follower } from './follow.ts'
import type { Hub } from './hub.ts'

export async function followReadState(db: Database, hub: Hub) {
  /** Followers whose count is being read; true: it changed meanwhile. */
  const counting = new Map<Follower, boolean>()

  async function tellCount(follower: Follower): Promise<void> {
    const { userId, datasetId, allEvents } = follower
    if (!allEvents) return
    if (counting.has(follower)) return void counting.set(follower, true)
    try {
      do {
        counting.set(follower, false)
        const count = await countUnread(db, { userId, datasetId: datasetId ?? undefined })
        follower.tell(encode('unread_count', { count }))
      } while (counting.get(follower))
    } catch {
      // An outage; the follower is told when it has caught up after it.
    } finally {
      counting.delete(follower)
    }
  }

  await db.listen(readChannel, {
    heard: payload => {
      const { userId, ...change } = JSON.parse(payload) as ReadAnnouncement
      const event =
        'read' in change
          ? encode('read', { id: change.read })
          : encode('read_all', { dataset_id: change.readAll })
      for (const follower of hub.of(userId)) {
        if (follower.allEvents) follower.tell(event)
        void tellCount(follower)
      }
    },
    restored: () => {
      for (const follower of hub.all()) void tellCount(follower)
    },
  })

  return {
    tellCount,
    /** New notifications are unread ones. */
    published(page: LogEntry[]): void {
      for (const userId of new Set(page.map(entry => entry.userId)))
        for (const follower of hub.of(userId)) if (follower.allEvents) void tellCount(follower)
    },
  }
}
