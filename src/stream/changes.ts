// For streams opened with `events=all`: that a dataset, its members, tasks or views changed, so that open pages look
// again. Outside the log and without an id, as the read state is; the triggers of migrations/0005_changes.sql say it.
import sql from 'sql-template-tag'
import type { Database } from '../db/database.ts'
import { encode } from './encode.ts'
import type { Hub } from './hub.ts'

export const changedChannel = 'belfry_changed'

export async function followChanges(db: Database, hub: Hub): Promise<void> {
  /** Datasets whose members are being told; true: changed again meanwhile. */
  const telling = new Map<string, boolean>()

  async function tellMembers(datasetId: string): Promise<void> {
    if (hub.size === 0) return
    if (telling.has(datasetId)) return void telling.set(datasetId, true)
    try {
      do {
        telling.set(datasetId, false)
        const members = await db.query<{ user_id: string }>(sql`
          select user_id from dataset_members where dataset_id = ${datasetId}`)
        const event = changed(datasetId)
        for (const { user_id } of members)
          for (const follower of hub.of(user_id))
            if (follower.allEvents && (follower.datasetId ?? datasetId) === datasetId) follower.tell(event)
      } while (telling.get(datasetId))
    } catch {
      // An outage; when it is over everybody is told that anything may have changed.
    } finally {
      telling.delete(datasetId)
    }
  }

  await db.listen(changedChannel, {
    heard: datasetId => void tellMembers(datasetId),
    restored: () => {
      for (const follower of hub.all()) if (follower.allEvents) follower.tell(changed(follower.datasetId))
    },
  })
}

/** The reader is no longer a member of the dataset, or it is gone. */
export const accessLost = (datasetId: string): Buffer => encode('access_lost', { dataset_id: datasetId })

/** Null: any of the reader's datasets. */
const changed = (datasetId: string | null): Buffer => encode('changed', { dataset_id: datasetId })
