// People and their accounts.
import { type Static, Type } from 'typebox'
import type { Database, Queryable, Transaction } from '../db/database.ts'
import { problems } from '../lib/problems.ts'
import { Instant, Uuid } from '../lib/schemas.ts'
import { newApiKey } from './credentials.ts'
import { hashPassword } from './password.ts'
import {
  deleteUser,
  hasUserBeside,
  insertApiKey,
  insertUser,
  lockUsers,
  lockUsersById,
  type User,
  userByEmail,
} from './store.ts'

export type { User }

/** What the API tells about an account. */
export const ShownUser = Type.Object({
  user_id: Uuid,
  email: Type.String(),
  name: Type.String(),
  is_admin: Type.Boolean(),
  has_password: Type.Boolean({ description: 'Without one a link, or the API key, is the way in' }),
  created_at: Instant,
})
export const shownUser = (user: User): Static<typeof ShownUser> => ({
  user_id: user.id,
  email: user.email,
  name: user.name,
  is_admin: user.is_admin,
  has_password: user.has_password,
  created_at: user.created_at,
})

export interface NewUser {
  email: string
  name: string
  /** None: the account signs in by API key only. */
  password?: string
  isAdmin?: boolean
}

export const maxEmailLength = 254 // of RFC 5321
export const maxNameLength = 200

/** Nobody has an account yet; the operator is told how to make the first one. */
export const isFirstUse = async (db: Queryable): Promise<boolean> => !(await hasUserBeside(db, local.email))

/** The one user of a server without sign-in (BELFRY_AUTH=none). */
const local = { email: 'local@localhost', name: 'Local user' }

/**
 * Makes an account with an API key. The first one administers the server, whatever was asked.
 * Throws `invalid` for what is no email address, `emailTaken`, `notFirstRun`.
 */
export async function createUser(
  db: Database,
  wanted: NewUser,
  { onlyAsFirst = false } = {},
): Promise<{ user: User; apiKey: string }> {
  const email = wanted.email.trim()
  if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > maxEmailLength)
    throw problems.invalid(`'${email}' is not an email address; it needs the form name@example.com.`)
  const name = wanted.name.trim()
  if (name === '') throw problems.invalid('A user needs a name of at least one character.')
  const passwordHash = wanted.password === undefined ? null : await hashPassword(wanted.password)
  const apiKey = newApiKey()
  const user = await db.transaction(async tx => {
    await lockUsers(tx)
    const isFirst = await isFirstUse(tx)
    if (onlyAsFirst && !isFirst) throw problems.notFirstRun()
    const isAdmin = wanted.isAdmin === true || isFirst
    const user = await insertUser(tx, { email, name, passwordHash, isAdmin })
    if (!user) throw problems.emailTaken(email)
    await insertApiKey(tx, user.id, apiKey)
    return user
  })
  return { user, apiKey }
}

/** The user of BELFRY_AUTH=none, made on the first start. */
export async function localUser(db: Database): Promise<User> {
  const made = await insertUser(db, { ...local, passwordHash: null, isAdmin: true })
  return made ?? (await userByEmail(db, local.email))!
}

/**
 * Deletes an account; `leave` takes it out of what belongs to others, or throws. Nobody deletes their own, so that
 * the last administrator stays. Throws ownAccount, userNotFound.
 */
export async function endUser(
  db: Database,
  { userId, by }: { userId: string; by: string },
  leave: (tx: Transaction, userId: string) => Promise<void>,
): Promise<void> {
  if (userId === by) throw problems.ownAccount()
  await db.transaction(async tx => {
    const present = await lockUsersById(tx, [userId, by])
    if (!present.includes(userId)) throw problems.userNotFound()
    // Two administrators who delete each other at once: the second one is nobody by now.
    if (!present.includes(by)) throw problems.notAuthenticated('Your account has been deleted.')
    await leave(tx, userId)
    await deleteUser(tx, userId)
  })
}
