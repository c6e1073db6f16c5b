import { resolve } from 'node:path'
import { Command } from 'commander'
import type { App } from '../../app.ts'
import { readConfig } from '../../config.ts'
import { interruption } from '../interrupt.ts'
import { belfry, quoted } from '../invocation.ts'
import { note, styled } from '../output.ts'

interface ServeFlags {
  host?: string
  port?: string
  data?: string
}

export const serveCommand = () =>
  new Command('serve')
    .description(
      'run the server until Ctrl-C; settings are environment variables, see docs/reference/config.md',
    )
    .option('--host <address>', 'default BELFRY_HOST, 127.0.0.1')
    .option('--port <number>', 'default BELFRY_PORT, 8080; 0 for any free one')
    .option('--data <folder>', 'default BELFRY_DATA, ./belfry-data')
    .action(async ({ host, port, data }: ServeFlags) => {
      const config = readConfig({
        ...process.env,
        ...(host && { BELFRY_HOST: host }),
        ...(port && { BELFRY_PORT: port }),
        ...(data && { BELFRY_DATA: data }),
      })
      const stop = interruption()
      // Loaded only now: the server's modules take longer than most commands.
      const { run } = await import('../../main.ts')
      await run(config, stop, welcome)
    })

/** For a person, so on standard error; standard output carries the log. */
async function welcome({ url, config, db, serverKey }: App): Promise<void> {
  const { isFirstUse } = await import('../../auth/users.ts')
  const line = (name: string, text: string) =>
    note(`${styled('dim', name.padEnd(10), process.stderr)}${text}`)
  note('')
  line('Belfry', styled('bold', url, process.stderr))
  line('API docs', `${url}/api/v1/docs`)
  line('Data', config.databaseUrl ? `PostgreSQL, media in ${config.dataFolder}` : config.dataFolder)
  if (config.auth === 'none') line('Sign-in', 'none: everybody on this machine is the one user')
  else if (await isFirstUse(db)) {
    const flags = [
      ...(config.port === 8080 ? [] : [`--url ${url}`]),
      ...(config.dataFolder === resolve('belfry-data') ? [] : [`--data ${quoted(config.dataFolder)}`]),
    ]
    const { firstRunKeyOf } = await import('../../auth/credentials.ts')
    const { firstRunPath } = await import('../../auth/sign-in-links.ts')
    note('\nThere is no user yet. This link makes the first one, an administrator, in your browser:')
    note(
      `  ${styled('bold', `${config.publicUrl ?? url}${firstRunPath(firstRunKeyOf(serverKey))}`, process.stderr)}`,
    )
    note('Or make it in another terminal:')
    note(`  ${belfry(['user create you@example.com', ...flags].join(' '))}`)
  }
  note('')
}
