import { createServer } from 'node:net'
import { relative, resolve } from 'node:path'
import { signToken } from '@belfry/client'
import { Command } from 'commander'
import type { App } from '../../app.ts'
import { readConfig } from '../../config.ts'
import { line } from '../demo/line.ts'
import { picturesFolder } from '../demo/pictures.ts'
import type { Keys } from '../demo/place.ts'
import { exitCodes } from '../failure.ts'
import { interruption } from '../interrupt.ts'
import { belfry } from '../invocation.ts'
import { print, styled } from '../output.ts'

interface DemoFlags {
  port?: string
  data: string
  clean?: boolean
  exit?: boolean
}

const usualPort = 8080
/** Time to look around with the token that is shown. */
const tokenSeconds = 3600

export const demoCommand = () =>
  new Command('demo')
    .description('show the whole path on real pictures: a server, views, batches, live alerts; until Ctrl-C')
    .option('--port <number>', 'default 8080, or any free one when that is taken')
    .option('--data <folder>', 'the folder of the demo', 'belfry-data/demo')
    .option('--clean', 'forget the earlier runs and start anew')
    .option('--exit', 'end after the last alert; exit code 1 when none arrived')
    .action(async ({ port, data, clean = false, exit = false }: DemoFlags) => {
      const startedMs = performance.now()
      const signal = interruption()
      const pictures = picturesFolder()
      // Loaded only now: the server's modules take longer than most commands.
      const [{ run }, { openPlace }, { play }] = await Promise.all([
        import('../../main.ts'),
        import('../demo/place.ts'),
        import('../demo/story.ts'),
      ])
      const place = await openPlace(resolve(data), clean)
      const config = readConfig({
        BELFRY_DATA: place.folder,
        BELFRY_PORT: port ?? ((await isFree(usualPort)) ? String(usualPort) : '0'),
        BELFRY_LOG_LEVEL: 'error',
      })
      const again = place.keys
        ? 'goes on where the last run ended; --clean starts anew'
        : 'starts with an empty folder'
      print(styled('bold', 'Belfry demo'))
      line('Data', `${relative('.', place.folder) || '.'}, ${again}`)

      const done = new AbortController()
      const stop = AbortSignal.any([signal, done.signal])
      await run(config, stop, async app => {
        line('Server', `${app.url}, up after ${((performance.now() - startedMs) / 1000).toFixed(1)} s`)
        const { keys, link, seen } = await play(app, place, pictures, stop)
        await sayWhereToLook(app, keys, link)
        if (seen === 0) {
          print(styled('red', 'No alert arrived.'))
          process.exitCode = exitCodes.failed
        }
        if (exit) done.abort()
        else print(`\nServing until Ctrl-C. '${belfry('demo')}' again adds further batches.`)
      })
    })

async function sayWhereToLook({ url }: App, { apiKey, apiSecret }: Keys, link: string): Promise<void> {
  const token = await signToken(apiKey, apiSecret, Date.now(), tokenSeconds)
  line('Web inbox', `${styled('bold', `${url}${link}`)} (signs you in, once)`)
  line('API docs', `${url}/api/v1/docs`)
  line('Try', `curl -H "Authorization: Bearer ${token}" \\`)
  line('', `  "${url}/api/v1/notifications?limit=5"`)
}

const isFree = (port: number): Promise<boolean> =>
  new Promise(answer => {
    const probe = createServer()
    probe.once('error', () => answer(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => answer(true)))
  })
