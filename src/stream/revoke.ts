// Rights that are taken away end streams at once. Who takes one away says so in the transaction that does it.
import sql from 'sql-template-tag'
import type { Database } from '../db/database.ts'
import type { Follower } from './follow.ts'
import type { Hub } from './hub.ts'

export const accessChannel = 'belfry_access'

/** With a dataset its rows go, which datasets/ deletes, and the streams of that dataset alone. */
interface Revocation {
  apiKey?: string
  session?: string
  userId?: string
  datasetId?: string
}

/** Remembered, for requests which were authenticated before a revocation and reach the hub after it. */
const maxRemembered = 10_000

/**
 * Returns whether a follower may join: its right was not taken away while it was on its way. `lostDataset` is called
 * for each stream that stays open without a dataset it had.
 */
export async function cutRevoked(
  db: Database,
  hub: Hub,
  lostDataset: (follower: Follower, datasetId: string) => void,
): Promise<(follower: Follower) => boolean> {
  const gone = new Set<string>()
  const isGone = ({ rights }: Follower) => rights.some(right => gone.has(right))

  async function readRevoked(): Promise<void> {
    const held = [...new Set([...hub.all()].flatMap(({ rights }) => rights))]
    const revoked = await db.query<{ right: string }>(sql`
      select held.right from unnest(${held}::text[]) as held ("right")
      where not exists (select from users where id::text = held.right)
        and not exists (select from api_keys where api_key = held.right and revoked_at is null)
        and not exists (select from sessions where encode(token_hash, 'hex') = held.right)`)
    for (const { right } of revoked) gone.add(right)
    hub.cut(isGone)
  }

  await db.listen(accessChannel, {
    heard: payload => {
      const { datasetId, ...taken } = JSON.parse(payload) as Revocation
      if (datasetId) {
        for (const follower of [...hub.of(taken.userId!)])
          if (follower.datasetId === datasetId) follower.close()
          else lostDataset(follower, datasetId)
        return
      }
      if (gone.size >= maxRemembered) gone.clear()
      for (const right of Object.values(taken)) gone.add(right)
      hub.cut(isGone)
    },
    // What was revoked while nobody listened. A failure to read is an outage, which ends in another `restored`.
    restored: () => void readRevoked().catch(() => {}),
  })
  return follower => !isGone(follower)
}
