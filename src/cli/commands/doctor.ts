import { Command } from 'commander'
import { readConfig } from '../../config.ts'
import type { Finding } from '../checks.ts'
import { exitCodes } from '../failure.ts'
import { print, styled } from '../output.ts'
import { type RemoteFlags, readSettings, remote } from '../settings.ts'

export const doctorCommand = () =>
  remote(new Command('doctor'))
    .description('check this machine and the server, and say what to do about what is wrong')
    .option('--data <folder>', "the server's data folder; default BELFRY_DATA, ./belfry-data")
    .action(async ({ data, ...flags }: RemoteFlags & { data?: string }) => {
      const checks = await import('../checks.ts') // loads the database drivers
      const config = readConfig({ ...process.env, ...(data && { BELFRY_DATA: data }) })
      let faults = 0
      const tell = ({ ok, what, todo }: Finding) => {
        if (!ok) faults++
        print(`${ok ? styled('green', '✓') : styled('red', '✗')} ${what}`)
        if (!ok) print(`  ${todo}`)
      }
      tell(checks.nodeVersion())
      tell(await checks.dataFolder(config))
      tell(await checks.lock(config))
      tell(await checks.database(config))
      tell(await checks.diskSpace(config))
      for await (const finding of checks.server(await readSettings(flags))) tell(finding)
      if (faults > 0) process.exitCode = exitCodes.failed
    })
