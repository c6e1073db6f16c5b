// Ways in without a password: a link that signs one person in, once, and the link of the first start, which makes the
// first account. What they carry stands behind the `#` of an address, which browsers send to nobody.
import sql from 'sql-template-tag'
import type { Queryable, Transaction } from '../db/database.ts'
import type { Instant } from '../lib/time.ts'
import { hashSessionToken, newSessionToken } from './session.ts'

/** Time to hand it over; whoever misses it is given another. */
export const linkHours = 24
/** Of one person at a time; a new one beyond that ends the oldest. */
const maxLinksPerUser = 5

export const signInPath = (token: string): string => `/sign-in#${token}`
export const firstRunPath = (key: string): string => `/first-run#${key}`

export async function makeSignInLink(
  tx: Transaction,
  userId: string,
): Promise<{ token: string; expiresAt: Instant }> {
  const token = newSessionToken()
  const [row] = await tx.query<{ expires_at: Instant }>(sql`
    insert into sign_in_links (token_hash, user_id, expires_at)
    values (${hashSessionToken(token)}, ${userId}, clock_timestamp() + make_interval(hours => ${linkHours}))
    returning expires_at`)
  await tx.query(sql`
    delete from sign_in_links where user_id = ${userId} and token_hash not in (
      select token_hash from sign_in_links where user_id = ${userId}
      order by expires_at desc limit ${maxLinksPerUser})`)
  return { token, expiresAt: row!.expires_at }
}

/** The user whom the link is for, and the link's end; undefined when it is used, expired or none. */
export async function redeemSignInLink(db: Queryable, token: string): Promise<string | undefined> {
  const [link] = await db.query<{ user_id: string; valid: boolean }>(sql`
    delete from sign_in_links where token_hash = ${hashSessionToken(token)}
    returning user_id, expires_at > clock_timestamp() as valid`)
  return link?.valid ? link.user_id : undefined
}
