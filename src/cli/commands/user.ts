import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { BelfryClient } from '@belfry/client'
import { Command } from 'commander'
import { readServerKey, setupKeyOf } from '../../auth/credentials.ts'
import { linkHours } from '../../auth/sign-in-links.ts'
import { readConfig } from '../../config.ts'
import { Failed } from '../failure.ts'
import { note, print, printJson } from '../output.ts'
import { askPassword } from '../password.ts'
import { type Profile, profileFile, type RemoteFlags, readSettings, saveProfile } from '../settings.ts'

interface CreateFlags extends Pick<RemoteFlags, 'url'> {
  name?: string
  admin?: boolean
  password?: boolean
  data?: string
  save?: boolean
  json?: boolean
}

const create = () =>
  new Command('create')
    .description("make a user, print the credentials and keep them as this machine's profile")
    .argument('<email>')
    .option('--name <name>', 'default: the email up to the @')
    .option('--admin', 'may make and delete users; the first user always may')
    .option('--password', 'ask for a password, to sign in on the web; piped in when there is no terminal')
    .option(
      '--data <folder>',
      "the server's data folder, which proves that you may; default BELFRY_DATA, ./belfry-data",
    )
    .option('--url <address>', 'the server; default BELFRY_URL, the profile, http://127.0.0.1:8080')
    .option('--save', 'keep the credentials as the profile even if the present one works')
    .option('--json', 'print JSON')
    .action(async (email: string, flags: CreateFlags) => {
      const { url } = await readSettings({ url: flags.url })
      const setupKey = await readSetupKey(flags.data)
      const client = new BelfryClient({ url })
      const user = await client.users.create(
        {
          email,
          name: flags.name ?? email.split('@')[0]!,
          password: flags.password ? await askPassword() : undefined,
          is_admin: flags.admin,
        },
        setupKey,
      )
      if (flags.json) printJson(user)
      else {
        print(`${user.is_admin ? 'Administrator' : 'User'}  ${user.email}`)
        print(`API key     ${user.api_key}`)
        print(`API secret  ${user.api_secret}`)
        if (!flags.password) {
          const link = new URL(await client.users.signInLink(user.user_id, setupKey), url)
          print(`Web inbox   ${link} (signs in, once, within ${linkHours} hours)`)
        }
      }
      const profile = { url, apiKey: user.api_key, apiSecret: user.api_secret }
      if (flags.save || !(await profileWorks(profile)))
        note(`Saved as profile in ${await saveProfile(profile)}.`)
      else note(`Kept the profile in ${profileFile()}; --save replaces it. The secret is not shown again.`)
    })

/** The data folder's key makes users, so whoever can read it may. */
async function readSetupKey(data?: string): Promise<string> {
  const dataFolder = data ? resolve(data) : readConfig(process.env).dataFolder
  await readFile(join(dataFolder, 'server.key')).catch(error => {
    if (error.code !== 'ENOENT') throw error
    throw new Failed(
      `There is no server key in ${dataFolder}. Run this where the server runs, and name its folder with --data or BELFRY_DATA.`,
    )
  })
  return setupKeyOf(await readServerKey(dataFolder))
}

/** Whether this machine's profile is for the same server and still signs in. */
async function profileWorks({ url }: Profile): Promise<boolean> {
  const present = JSON.parse(await readFile(profileFile(), 'utf8').catch(() => '{}')) as Partial<Profile>
  if (present.url !== url || !present.apiKey || !present.apiSecret) return false
  const client = new BelfryClient({ url, apiKey: present.apiKey, apiSecret: present.apiSecret })
  return client.users.me().then(
    () => true,
    () => false,
  )
}

export const userCommand = () => new Command('user').description('make users').addCommand(create())
