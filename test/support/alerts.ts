// Alerts raised straight through the notifications slice, for tests of what comes after an alert.
import { randomUUID } from 'node:crypto'
import sql from 'sql-template-tag'
import type { Queryable, Transaction } from '../../src/db/database.ts'
import { appendNotifications } from '../../src/notifications/append.ts'
import type { TestApp } from './app.ts'

/** A READY dataset which the first user owns and the others may view. */
export async function seedDataset(
  app: TestApp,
  members: { id: string }[],
  name = 'Dataset',
): Promise<string> {
  const [dataset] = await app.db.query<{ id: string }>(sql`
    insert into datasets (display_name, owned_by, status, embedding_config)
    values (${name}, ${members[0]!.id}, 'READY', '{}') returning id`)
  for (const [i, { id }] of members.entries())
    await app.db.query(sql`
      insert into dataset_members (dataset_id, user_id, role)
      values (${dataset!.id}, ${id}, ${i === 0 ? 'owner' : 'viewer'})`)
  return dataset!.id
}

export interface AlertSeed {
  viewName?: string
  matched?: number[]
  vql?: object[]
  /** How many items the batch has; every item is a cup, and rather dark. */
  items?: number
}

export async function insertAlert(db: Queryable, datasetId: string, seed: AlertSeed = {}): Promise<string> {
  const { viewName = 'view', matched = [0], vql = [], items = 0 } = seed
  const [batch] = await db.query<{ id: string }>(sql`
    insert into batches (dataset_id, state, evaluated_at) values (${datasetId}, 'evaluated', clock_timestamp())
    returning id`)
  await db.query(sql`
    insert into items (dataset_id, batch_id, ordinal, kind, state, file_name, labels, dark)
    select ${datasetId}, ${batch!.id}, n, 'IMAGE', 'ready', n || '.png', '{cup}', 0.75
    from generate_series(0, ${items - 1}::int) n`)
  const filters = JSON.stringify({ entity_type: 'IMAGES', threshold: '0', caption: null, vql })
  const [alert] = await db.query<{ id: string }>(sql`
    insert into alerts (view_id, batch_id, dataset_id, view_name, dataset_name, result_count, entity_type, filters,
      matched, raised_at)
    select ${randomUUID()}, ${batch!.id}, id, ${viewName}, display_name, ${matched.length}, 'IMAGES', ${filters}::jsonb,
      ${matched}::int[], clock_timestamp()
    from datasets where id = ${datasetId} returning id`)
  return alert!.id
}

export const raiseIn = async (tx: Transaction, datasetId: string, seed: AlertSeed = {}): Promise<void> => {
  await appendNotifications(tx, datasetId, [await insertAlert(tx, datasetId, seed)])
}

export const raiseAlert = (app: TestApp, datasetId: string, seed: AlertSeed = {}): Promise<void> =>
  app.db.transaction(tx => raiseIn(tx, datasetId, seed))
