// Who is connected. Delivering costs the streams of the user concerned, whatever the number of others.
import type { LogEntry } from '../notifications/log.ts'
import { eventsOf } from './events.ts'
import type { Follower } from './follow.ts'

export type Hub = ReturnType<typeof createHub>

export function createHub(epoch: string) {
  const byUser = new Map<string, Set<Follower>>()
  const all = function* () {
    for (const followers of byUser.values()) yield* followers
  }

  return {
    all,
    of: (userId: string): Iterable<Follower> => byUser.get(userId) ?? [],
    get size() {
      let size = 0
      for (const followers of byUser.values()) size += followers.size
      return size
    },
    get isEmpty() {
      return byUser.size === 0
    },
    add(follower: Follower): void {
      const followers = byUser.get(follower.userId)
      if (followers) followers.add(follower)
      else byUser.set(follower.userId, new Set([follower]))
    },
    remove(follower: Follower): void {
      const followers = byUser.get(follower.userId)
      followers?.delete(follower)
      if (followers?.size === 0) byUser.delete(follower.userId)
    },
    /** A page of the log, in its order. What nobody listens to is not even encoded. */
    publish(page: LogEntry[]): void {
      const heard = page.filter(({ userId }) => byUser.has(userId))
      for (const [userId, entries] of Map.groupBy(heard, ({ userId }) => userId)) {
        const events = eventsOf(entries, epoch)
        for (const follower of byUser.get(userId) ?? []) follower.deliver(events)
      }
    },
    /** Ends the streams which `revoked` names. */
    cut(revoked: (follower: Follower) => boolean): void {
      for (const follower of [...all()]) if (revoked(follower)) follower.close()
    },
  }
}
