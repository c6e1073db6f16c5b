// Passwords are kept as scrypt hashes, which node computes on its thread pool.
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** 16 MiB and five rounds: as hard as OWASP asks, some 150 ms of one core, and small enough to run side by side. */
const cost = { N: 2 ** 14, r: 8, p: 5 }
export const minPasswordLength = 8
export const maxPasswordLength = 256

const saltBytes = 16
const hashBytes = 32

/** `scrypt$N=16384,r=8,p=5$<salt>$<hash>` (base64url), so that a later cost can stand beside this one. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes)
  return print(salt, await derive(password, salt, cost))
}

/** Whether the password is the hashed one. Null (nobody, or no password) is false after the same work. */
export async function fitsPassword(password: string, stored: string | null): Promise<boolean> {
  const [, parameters, salt, hash] = (stored ?? nobodys).split('$') as [string, string, string, string]
  const named = Object.fromEntries(parameters.split(',').map(pair => pair.split('=')))
  const wanted = Buffer.from(hash, 'base64url')
  const given = await derive(password, Buffer.from(salt, 'base64url'), {
    N: Number(named.N),
    r: Number(named.r),
    p: Number(named.p),
  })
  return timingSafeEqual(given, wanted) && stored !== null
}

function print(salt: Buffer, hash: Buffer): string {
  const named = Object.entries(cost).map(([name, value]) => `${name}=${value}`)
  return ['scrypt', named.join(','), salt.toString('base64url'), hash.toString('base64url')].join('$')
}

/** What an unknown user's password is compared with, so that the answer takes the same time. */
const nobodys = print(Buffer.alloc(saltBytes), Buffer.alloc(hashBytes))

function derive(password: string, salt: Buffer, { N, r, p }: typeof cost): Promise<Buffer> {
  // The same letters, however they were composed, are the same password.
  const text = password.normalize('NFKC')
  return new Promise((done, failed) =>
    scrypt(text, salt, hashBytes, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? failed(error) : done(key),
    ),
  )
}
