import sql, { type Sql } from 'sql-template-tag'
import { prepared, type Queryable, type Transaction } from '../db/database.ts'
import type { Instant } from '../lib/time.ts'
import { maxSessionsPerUser, sessionDays } from './session.ts'

export interface User {
  id: string
  email: string
  name: string
  is_admin: boolean
  /** Without one the way in is a link, or the API key. */
  has_password: boolean
  created_at: Instant
}

const columns: Sql = sql`
  users.id, email, name, is_admin, password_hash is not null as has_password, users.created_at`

/** The user of each key, undefined where there is none (any more). */
export async function usersOfApiKeys(db: Queryable, apiKeys: string[]): Promise<(User | undefined)[]> {
  const found = sql`
    select api_key, ${columns} from api_keys join users on users.id = user_id
    where api_key = any(${apiKeys}::text[]) and revoked_at is null`
  const users = await db.query<User & { api_key: string }>(prepared('users of api keys', found))
  const byKey = new Map(users.map(user => [user.api_key, user]))
  return apiKeys.map(key => byKey.get(key))
}

/** The user of each session, by the hash of its token in hex; undefined where it has ended. */
export async function usersOfSessions(db: Queryable, tokenHashes: string[]): Promise<(User | undefined)[]> {
  const found = sql`
    select encode(token_hash, 'hex') as hash, ${columns} from sessions join users on users.id = user_id
    where token_hash = any(select decode(hash, 'hex') from unnest(${tokenHashes}::text[]) as hash)
      and expires_at > clock_timestamp()`
  const users = await db.query<User & { hash: string }>(prepared('users of sessions', found))
  const byHash = new Map(users.map(user => [user.hash, user]))
  return tokenHashes.map(hash => byHash.get(hash))
}

export async function userById(db: Queryable, userId: string): Promise<User | undefined> {
  const [user] = await db.query<User>(sql`select ${columns} from users where id = ${userId}`)
  return user
}

export async function userByEmail(
  db: Queryable,
  email: string,
): Promise<(User & { password_hash: string | null }) | undefined> {
  const [user] = await db.query<User & { password_hash: string | null }>(sql`
    select ${columns}, password_hash from users where lower(email) = lower(${email})`)
  return user
}

/** By email. */
export async function listUsers(
  db: Queryable,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ users: User[]; total: number }> {
  const users = await db.query<User>(sql`
    select ${columns} from users order by lower(email) limit ${limit} offset ${offset}`)
  const [counted] = await db.query<{ total: number }>(sql`select count(*) as total from users`)
  return { users, total: counted!.total }
}

/** The hash, and that there is such a user. */
export async function passwordHashOf(
  db: Queryable,
  userId: string,
): Promise<{ hash: string | null } | undefined> {
  const [row] = await db.query<{ hash: string | null }>(sql`
    select password_hash as hash from users where id = ${userId}`)
  return row
}

/** False when the hash is no longer `before`. Null leaves the user without a password. */
export async function replacePassword(
  tx: Transaction,
  userId: string,
  { before, after }: { before: string | null; after: string | null },
): Promise<boolean> {
  const replaced = await tx.query(sql`
    update users set password_hash = ${after}
    where id = ${userId} and password_hash is not distinct from ${before} returning id`)
  return replaced.length > 0
}

/** Returns undefined when the email is taken. */
export async function insertUser(
  db: Queryable,
  user: { email: string; name: string; passwordHash: string | null; isAdmin: boolean },
): Promise<User | undefined> {
  const [row] = await db.query<User>(sql`
    insert into users (email, name, password_hash, is_admin)
    values (${user.email}, ${user.name}, ${user.passwordHash}, ${user.isAdmin})
    on conflict (lower(email)) do nothing
    returning ${columns}`)
  return row
}

/** Users are made one after the other from here on, so that only one of them is the first. */
export async function lockUsers(tx: Transaction): Promise<void> {
  await tx.query(sql`lock table users in share row exclusive mode`)
}

export async function hasUserBeside(db: Queryable, email: string): Promise<boolean> {
  const [row] = await db.query<{ any: boolean }>(sql`
    select exists (select from users where email <> ${email}) as any`)
  return row!.any
}

/** Locks those of the users who exist, always in the same order; returns their ids. */
export async function lockUsersById(tx: Transaction, userIds: string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(sql`
    select id from users where id = any(${userIds}::uuid[]) order by id for update`)
  return rows.map(row => row.id)
}

/** Ends the user with all keys, sessions, memberships and notifications. */
export async function deleteUser(tx: Transaction, userId: string): Promise<void> {
  await tx.query(sql`delete from users where id = ${userId}`)
  await announce(tx, { userId })
}

// ── API keys ──

/** Whoever inserts a key shows its secret to the user; nobody does later. */
export async function insertApiKey(tx: Queryable, userId: string, apiKey: string): Promise<void> {
  await tx.query(sql`insert into api_keys (api_key, user_id) values (${apiKey}, ${userId})`)
}

export async function liveApiKey(db: Queryable, userId: string): Promise<string | undefined> {
  const [row] = await db.query<{ api_key: string }>(sql`
    select api_key from api_keys where user_id = ${userId} and revoked_at is null`)
  return row?.api_key
}

/** Revokes the user's key, if there is one. What it opened ends when this commits. */
export async function revokeApiKey(tx: Transaction, userId: string): Promise<void> {
  const revoked = await tx.query<{ api_key: string }>(sql`
    update api_keys set revoked_at = clock_timestamp()
    where user_id = ${userId} and revoked_at is null returning api_key`)
  for (const { api_key } of revoked) await announce(tx, { apiKey: api_key })
}

// ── sessions ──

/** Also removes the user's expired sessions, and the oldest beyond maxSessionsPerUser. */
export async function insertSession(tx: Transaction, userId: string, tokenHash: Buffer): Promise<void> {
  await tx.query(sql`
    insert into sessions (token_hash, user_id, expires_at)
    values (${tokenHash}, ${userId}, clock_timestamp() + make_interval(days => ${sessionDays}))`)
  await tx.query(sql`
    delete from sessions where user_id = ${userId} and (expires_at <= clock_timestamp() or token_hash not in (
      select token_hash from sessions where user_id = ${userId}
      order by created_at desc limit ${maxSessionsPerUser}))`)
}

export async function deleteSession(tx: Transaction, tokenHash: Buffer): Promise<void> {
  await tx.query(sql`delete from sessions where token_hash = ${tokenHash}`)
  await announce(tx, { session: tokenHash.toString('hex') })
}

/** Ends the user's sessions, but `kept` (the hash of its token, in hex), and the links that would open new ones. */
export async function endSessions(tx: Transaction, userId: string, kept?: string): Promise<void> {
  const ended = await tx.query<{ hash: string }>(sql`
    delete from sessions
    where user_id = ${userId} and encode(token_hash, 'hex') is distinct from ${kept ?? null}::text
    returning encode(token_hash, 'hex') as hash`)
  await tx.query(sql`delete from sign_in_links where user_id = ${userId}`)
  for (const { hash } of ended) await announce(tx, { session: hash })
}

/** Tells every replica, on commit, whose open streams end. */
async function announce(
  tx: Transaction,
  revoked: { apiKey: string } | { userId: string } | { session: string },
): Promise<void> {
  await tx.query(sql`select pg_notify('belfry_access', ${JSON.stringify(revoked)})`)
}
