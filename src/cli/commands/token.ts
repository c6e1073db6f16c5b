import { signToken } from '@belfry/client'
import { Command } from 'commander'
import { WrongUse } from '../failure.ts'
import { belfry } from '../invocation.ts'
import { print } from '../output.ts'
import { type RemoteFlags, readSettings, remote } from '../settings.ts'

/** The server takes no token that lives longer. */
const maxMinutes = 24 * 60

export const tokenCommand = () =>
  remote(new Command('token'))
    .description('print a token for other tools: curl -H "Authorization: Bearer $(belfry token)"')
    .option('--minutes <number>', `how long it is valid, 1–${maxMinutes}`, '60')
    .action(async ({ minutes, ...flags }: RemoteFlags & { minutes: string }) => {
      const lifetime = Number(minutes)
      if (!(lifetime >= 1 && lifetime <= maxMinutes))
        throw new WrongUse(`--minutes must be a number from 1 to ${maxMinutes}, not '${minutes}'.`)
      const settings = await readSettings(flags)
      if (settings.apiKey === undefined)
        throw new WrongUse(
          `There are no keys to sign with; make a user with '${belfry('user create <email>')}'.`,
        )
      print(await signToken(settings.apiKey, settings.apiSecret, Date.now(), Math.round(lifetime * 60)))
    })
