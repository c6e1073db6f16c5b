// Keepalives: one timer for all streams, which pings a slice of them at each tick, so that each stream gets one every
// 3 s and the work is spread over the interval.
import { encode } from './encode.ts'
import type { Follower } from './follow.ts'

const intervalMs = 3000
const slices = 30
/** A client that has taken nothing for this many pings, 30 s, is cut; it comes back with its cursor. */
const maxMissed = 10
/** `{}` because the page's own clients parse every data line as JSON, and EventSource drops an event without data. */
const ping = encode('ping', {})

export function startPings() {
  const wheel = Array.from({ length: slices }, () => new Map<Follower, number>())
  let now = 0
  const timer = setInterval(() => {
    now = (now + 1) % slices
    const slice = wheel[now]!
    for (const [follower, missed] of slice) {
      if (follower.pendingBytes === 0) {
        if (missed > 0) slice.set(follower, 0)
        follower.tell(ping)
      } else if (missed < maxMissed) slice.set(follower, missed + 1)
      else follower.close()
    }
  }, intervalMs / slices)
  timer.unref()

  return {
    /** Pings `follower` every 3 s from now on; returns how to stop. */
    add(follower: Follower): () => void {
      const slice = wheel[now]!
      slice.set(follower, 0)
      return () => slice.delete(follower)
    },
    stop: () => clearInterval(timer),
  }
}
