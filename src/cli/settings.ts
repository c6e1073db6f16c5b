// Which server, and as whom: flags, then the environment, then the profile that `user create` saved.
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { BelfryClient } from '@belfry/client'
import type { Command } from 'commander'
import { WrongUse } from './failure.ts'

export interface RemoteFlags {
  url?: string
  apiKey?: string
  apiSecret?: string
}
export interface Profile {
  url: string
  apiKey: string
  apiSecret: string
}
type Environment = Record<string, string | undefined>

const defaultUrl = 'http://127.0.0.1:8080'

/** Gives a command the flags that say which server, and as whom. */
export const remote = (command: Command): Command =>
  command
    .option('--url <address>', `the server; default BELFRY_URL, the profile, ${defaultUrl}`)
    .option('--api-key <key>', 'default BELFRY_API_KEY, the profile')
    .option('--api-secret <secret>', 'default BELFRY_API_SECRET, the profile; flags are seen by other users')

export const profileFile = (env: Environment = process.env): string =>
  join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'belfry', 'profile.json')

async function readProfile(file: string): Promise<Partial<Profile>> {
  const text = await readFile(file, 'utf8').catch(error => {
    if (error.code === 'ENOENT') return '{}'
    throw error
  })
  try {
    return JSON.parse(text) as Partial<Profile>
  } catch {
    throw new WrongUse(`${file} is not JSON. Mend it, or delete it and make a new user.`)
  }
}

/** For its owner's eyes only: it holds a secret. */
export async function saveProfile(profile: Profile, file = profileFile()): Promise<string> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(file, `${JSON.stringify(profile, null, 2)}\n`, { mode: 0o600 })
  await chmod(file, 0o600)
  return file
}

export async function readSettings(
  flags: RemoteFlags,
  env: Environment = process.env,
): Promise<Profile | { url: string; apiKey?: undefined }> {
  const profile = await readProfile(profileFile(env))
  const url = flags.url ?? (env.BELFRY_URL || profile.url || defaultUrl)
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new WrongUse(`The server's address must start with http:// or https://, not '${url}'.`)
  const keys = keysFrom(flags, env, profile)
  return keys ? { url, ...keys } : { url }
}

/** A key and its secret come from the same place. */
function keysFrom(flags: RemoteFlags, env: Environment, profile: Partial<Profile>) {
  const places = [
    { where: '--api-key and --api-secret', apiKey: flags.apiKey, apiSecret: flags.apiSecret },
    {
      where: 'BELFRY_API_KEY and BELFRY_API_SECRET',
      apiKey: env.BELFRY_API_KEY || undefined,
      apiSecret: env.BELFRY_API_SECRET || undefined,
    },
    { where: 'api_key and api_secret of the profile', ...profile },
  ]
  const place = places.find(({ apiKey, apiSecret }) => apiKey ?? apiSecret)
  if (!place) return undefined
  const { apiKey, apiSecret, where } = place
  if (!apiKey || !apiSecret) throw new WrongUse(`${where} go together; one of them is missing.`)
  return { apiKey, apiSecret }
}

/** Without keys it asks as nobody, which a server with BELFRY_AUTH=none takes for its one user. */
export const clientFrom = async (flags: RemoteFlags): Promise<BelfryClient> =>
  new BelfryClient(await readSettings(flags))
