import sql, { type Sql } from 'sql-template-tag'
import { prepared, type Queryable, type Transaction } from '../db/database.ts'
import type { Role } from '../lib/caller.ts'
import type { Dataset, DatasetStatus, Member } from './datasets.ts'
import { defaultLanguage, type Language } from './language.ts'

/** Returns the id of a new, empty dataset (DRAFT) with its owner as the only member. */
export async function createDataset(
  tx: Transaction,
  {
    ownerId,
    name,
    language = defaultLanguage,
    sourceType = 'LOCAL',
  }: { ownerId: string; name: string; language?: Language; sourceType?: 'LOCAL' | 'S3' },
): Promise<string> {
  const [row] = await tx.query<{ id: string }>(sql`
    insert into datasets (display_name, owned_by, language, source_type)
    values (${name}, ${ownerId}, ${language}, ${sourceType}) returning id`)
  await setMember(tx, row!.id, ownerId, 'owner')
  return row!.id
}

const columns: Sql = sql`
  datasets.id, display_name, description, source_type, language, owned_by, created_at, status as status_new, status, progress,
  embedding_config, n_images, n_videos, n_objects, fatal_error_msg, source_dataset_id`

export async function findDataset(db: Queryable, datasetId: string): Promise<Dataset | undefined> {
  const [dataset] = await db.query<Dataset>(sql`select ${columns} from datasets where id = ${datasetId}`)
  return dataset
}

/** It never changes. */
export async function languageOf(db: Queryable, datasetId: string): Promise<Language> {
  const [dataset] = await db.query<{ language: Language }>(sql`
    select language from datasets where id = ${datasetId}`)
  return dataset?.language ?? defaultLanguage
}

/** The datasets a user is a member of, newest first. */
export function listDatasets(
  db: Queryable,
  userId: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<Dataset[]> {
  return db.query<Dataset>(sql`
    select ${columns} from datasets join dataset_members on dataset_id = datasets.id and user_id = ${userId}
    order by created_at desc, datasets.id limit ${limit} offset ${offset}`)
}

/**
 * Holds the dataset's row until the transaction ends: who changes its state, its members or its order of events
 * takes this lock first, so that nobody waits in a circle. Rows that refer to the dataset can still be inserted.
 * Returns undefined when there is no such dataset (any more).
 */
export async function lockDataset(tx: Transaction, datasetId: string): Promise<Dataset | undefined> {
  const [dataset] = await tx.query<Dataset>(sql`
    select ${columns} from datasets where id = ${datasetId} for no key update`)
  return dataset
}

/** The next number in the dataset's order of events (views created, batches accepted); locks the dataset. */
export async function nextEventSeq(tx: Transaction, datasetId: string): Promise<number> {
  const [row] = await tx.query<{ seq: number }>(sql`
    update datasets set last_event_seq = last_event_seq + 1 where id = ${datasetId}
    returning last_event_seq as seq`)
  return row!.seq
}

/** Leaving ERROR clears its message. `progress` is 0–100 and stays as it was when it is not given. */
export async function setDatasetStatus(
  tx: Queryable,
  datasetId: string,
  status: DatasetStatus,
  { progress = null, fatalError = null }: { progress?: number | null; fatalError?: string | null } = {},
): Promise<void> {
  await tx.query(sql`
    update datasets
    set status = ${status}, progress = coalesce(${progress}, progress), fatal_error_msg = ${fatalError}
    where id = ${datasetId}`)
}

/** Deletes the dataset with all that is in it; past notifications stay, without it. False: somebody else was faster. */
export async function deleteDataset(tx: Transaction, datasetId: string): Promise<boolean> {
  // Stronger than lockDataset: alerts that are being raised for it are waited for, then detached too.
  const [found] = await tx.query(sql`select from datasets where id = ${datasetId} for update`)
  if (!found) return false
  await detachNotifications(tx, datasetId)
  await tx.query(sql`
    select pg_notify('belfry_access', json_build_object('userId', user_id, 'datasetId', dataset_id)::text)
    from dataset_members where dataset_id = ${datasetId}`)
  await tx.query(sql`delete from datasets where id = ${datasetId}`)
  return true
}

async function detachNotifications(tx: Transaction, datasetId: string): Promise<void> {
  await tx.query(sql`
    with found as (
      select seq from notifications where dataset_id = ${datasetId} order by seq for no key update)
    update notifications set dataset_id = null from found where notifications.seq = found.seq`)
}

/** What a user may do in a dataset; undefined: the dataset does not exist for them. */
export async function roleIn(db: Queryable, datasetId: string, userId: string): Promise<Role | undefined> {
  const found = sql`
    select role from dataset_members where dataset_id = ${datasetId} and user_id = ${userId}`
  const [member] = await db.query<{ role: Role }>(prepared('role in dataset', found))
  return member?.role
}

/** Everybody who may see the dataset, in the order in which they came. */
export function membersOf(db: Queryable, datasetId: string): Promise<Member[]> {
  return db.query<Member>(sql`
    select user_id, email, role from dataset_members join users on users.id = user_id
    where dataset_id = ${datasetId} order by granted_at, user_id`)
}

export async function memberByEmail(
  db: Queryable,
  datasetId: string,
  email: string,
): Promise<Member | undefined> {
  const [member] = await db.query<Member>(sql`
    select user_id, email, role from dataset_members join users on users.id = user_id
    where dataset_id = ${datasetId} and lower(email) = lower(${email})`)
  return member
}

/** The user ids of the members, none of whom can lose access before the transaction ends. */
export async function holdMembers(tx: Transaction, datasetId: string): Promise<string[]> {
  const rows = await tx.query<{ user_id: string }>(sql`
    select user_id from dataset_members where dataset_id = ${datasetId} order by user_id for key share`)
  return rows.map(row => row.user_id)
}

export async function setMember(
  tx: Transaction,
  datasetId: string,
  userId: string,
  role: Role,
): Promise<void> {
  await tx.query(sql`
    insert into dataset_members (dataset_id, user_id, role) values (${datasetId}, ${userId}, ${role})
    on conflict (dataset_id, user_id) do update set role = excluded.role`)
}

/** Ends a membership, and with it the user's notifications and streams of the dataset. */
export async function removeMember(tx: Transaction, datasetId: string, userId: string): Promise<void> {
  await tx.query(sql`delete from dataset_members where dataset_id = ${datasetId} and user_id = ${userId}`)
  await forgetNotifications(tx, userId, datasetId)
  const revoked = JSON.stringify({ userId, datasetId })
  await tx.query(sql`select pg_notify('belfry_access', ${revoked})`)
}

// After the member row: an evaluation that still counted this member has committed by then.
async function forgetNotifications(tx: Transaction, userId: string, datasetId: string): Promise<void> {
  await tx.query(sql`
    with found as (
      select seq from notifications where user_id = ${userId} and dataset_id = ${datasetId} order by seq for update)
    delete from notifications using found where notifications.seq = found.seq`)
}

/** Gives a dataset whose `owned_by` is leaving to another member with the role owner. False: there is none. */
export async function handOver(tx: Transaction, datasetId: string, leavingId: string): Promise<boolean> {
  const heirs = await tx.query<{ user_id: string }>(sql`
    select user_id from dataset_members
    where dataset_id = ${datasetId} and role = 'owner' and user_id <> ${leavingId}
    order by granted_at, user_id limit 1`)
  if (!heirs[0]) return false
  await tx.query(sql`
    update datasets set owned_by = ${heirs[0].user_id} where id = ${datasetId} and owned_by = ${leavingId}`)
  return true
}

/** The datasets of a user with their role, locked in the order of their ids. */
export async function lockDatasetsOf(tx: Transaction, userId: string): Promise<{ id: string; role: Role }[]> {
  return tx.query<{ id: string; role: Role }>(sql`
    select datasets.id, role from datasets join dataset_members on dataset_id = datasets.id
    where user_id = ${userId} order by datasets.id for no key update of datasets`)
}

/** The id of the user with this email, in whatever case. */
export async function userIdByEmail(db: Queryable, email: string): Promise<string | undefined> {
  const [user] = await db.query<{ id: string }>(sql`
    select id from users where lower(email) = lower(${email})`)
  return user?.id
}
