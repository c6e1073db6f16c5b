// API credentials. A key's secret is derived from the server's own key, so the database (and its backups) holds
// nothing that signs a token; a new secret means a new key.
import { createHmac, randomBytes } from 'node:crypto'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const keyBytes = 32

/** Reads the server's own key from the data folder, or makes it on the first start. Replicas share this file. */
export async function readServerKey(dataFolder: string): Promise<Buffer> {
  const file = join(dataFolder, 'server.key')
  await writeFile(file, randomBytes(keyBytes).toString('hex'), {
    flag: 'wx',
    mode: 0o600,
    flush: true,
  }).catch(error => {
    if (error.code !== 'EEXIST') throw error
  })
  await chmod(file, 0o600)
  const key = Buffer.from((await readFile(file, 'utf8')).trim(), 'hex')
  if (key.length !== keyBytes)
    throw new Error(`${file} does not hold ${keyBytes} bytes in hex. Restore it from a backup.`)
  return key
}

export const newApiKey = (): string => `bk_${randomBytes(16).toString('hex')}`

/** 43 characters, base64url of 32 bytes. */
export const secretOf = (apiKey: string, serverKey: Buffer): string =>
  createHmac('sha256', serverKey).update(`api-secret:${apiKey}`).digest('base64url')

/** What the link of the first start carries. It opens nothing once there is an account. */
export const firstRunKeyOf = (serverKey: Buffer): string =>
  createHmac('sha256', serverKey).update('first-run').digest('base64url')

/** Lets an operator who can read the data folder make the first account (`X-Belfry-Setup-Key`). */
export const setupKeyOf = (serverKey: Buffer): string =>
  createHmac('sha256', serverKey).update('setup-key').digest('base64url')
