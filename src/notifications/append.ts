// Where an alert becomes notifications. The table is a log: whoever has read up to a number has seen everything
// below it, because numbers are drawn and committed by one transaction at a time.
import sql from 'sql-template-tag'
import { arrayLiteral } from '../db/array-literal.ts'
import type { Transaction } from '../db/database.ts'
import { appendedChannel } from './channels.ts'

const appendLock = 0x62_65_6c_02

/**
 * Tells every member of the dataset about each alert; returns how many notifications were written.
 * Call it last in its transaction: the lock it takes is held until the commit.
 */
export async function appendNotifications(
  tx: Transaction,
  datasetId: string,
  alertIds: string[],
): Promise<number> {
  if (alertIds.length === 0) return 0
  // Revoking access waits here, and then removes what this transaction wrote.
  await tx.query(sql`select 1 from dataset_members where dataset_id = ${datasetId} for key share`)
  await tx.query(sql`select pg_advisory_xact_lock(${appendLock})`)
  // One time for all, taken under the lock, so that created_at never runs against seq.
  const [appended] = await tx.query<{ count: number }>(sql`
    with written as (
      insert into notifications (user_id, alert_id, dataset_id, created_at)
      select user_id, alert_id, ${datasetId}, appended.at
      from (select clock_timestamp() as at) as appended,
        unnest(${arrayLiteral(alertIds)}::uuid[]) with ordinality as alert (alert_id, position)
        cross join dataset_members
      where dataset_members.dataset_id = ${datasetId}
      order by position, user_id
      on conflict (alert_id, user_id) do nothing
      returning seq)
    select count(*) as count from written`)
  await tx.query(sql`select pg_notify(${appendedChannel}, '')`)
  return appended!.count
}
