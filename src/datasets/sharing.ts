// Members come and go. A dataset keeps at least one owner, and `owned_by` names one of them.
import type { Database, Transaction } from '../db/database.ts'
import type { Role } from '../lib/caller.ts'
import { problems } from '../lib/problems.ts'
import {
  handOver,
  lockDataset,
  lockDatasetsOf,
  memberByEmail,
  removeMember,
  roleIn,
  setMember,
  userIdByEmail,
} from './store.ts'

/**
 * Gives a user a role in the dataset, or another one. Without a role, who is a member already stays what they are, and
 * others become viewers. Throws datasetNotFound, inviteeNotFound, lastOwner.
 */
export async function share(db: Database, datasetId: string, email: string, role?: Role): Promise<void> {
  await db.transaction(async tx => {
    if (!(await lockDataset(tx, datasetId))) throw problems.datasetNotFound()
    const userId = await userIdByEmail(tx, email)
    if (!userId) throw problems.inviteeNotFound(email)
    const before = await roleIn(tx, datasetId, userId)
    if (before && !role) return
    const stepsDown = before === 'owner' && role !== 'owner'
    if (stepsDown && !(await handOver(tx, datasetId, userId))) throw problems.lastOwner()
    await setMember(tx, datasetId, userId, role ?? 'viewer')
  })
}

/** Ends a user's access at once. Throws datasetNotFound, memberNotFound, lastOwner. */
export async function unshare(db: Database, datasetId: string, email: string): Promise<void> {
  await db.transaction(async tx => {
    if (!(await lockDataset(tx, datasetId))) throw problems.datasetNotFound()
    const member = await memberByEmail(tx, datasetId, email)
    if (!member) throw problems.memberNotFound(email)
    if (member.role === 'owner' && !(await handOver(tx, datasetId, member.user_id)))
      throw problems.lastOwner()
    await removeMember(tx, datasetId, member.user_id)
  })
}

/**
 * Prepares a user's deletion: their datasets go over to another owner; the memberships end with the user.
 * Throws userOwnsDatasets when there is no other owner.
 */
export async function leaveDatasets(tx: Transaction, userId: string): Promise<void> {
  let withoutHeir = 0
  for (const { id, role } of await lockDatasetsOf(tx, userId))
    if (role === 'owner' && !(await handOver(tx, id, userId))) withoutHeir++
  if (withoutHeir > 0) throw problems.userOwnsDatasets(withoutHeir)
}
