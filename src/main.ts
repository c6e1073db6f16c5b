// The process of a server: start, run until a signal, stop within a bound.
import { type App, createApp, type Watching } from './app.ts'
import type { Config } from './config.ts'

/** Requests may finish and tasks be given back; what takes longer is resumed by the next start. */
const stopWithinMs = 10_000

/** Runs a server until `stop` aborts. `started` is told once it answers; when that throws, the server stops too. */
export async function run(
  config: Config,
  stop: AbortSignal,
  started: (app: App) => Promise<void>,
  watching: Watching = {},
): Promise<void> {
  const app = await createApp(config, watching)
  app.db.broken.then(({ message }) => {
    // Nothing can be given back or finished without it.
    app.server.log.fatal(
      `The embedded database stopped: ${message}. What was committed is kept. Look at the disk of ${config.dataFolder}, then start Belfry again.`,
    )
    process.exit(1)
  })
  try {
    await app.start()
    await started(app)
    if (!stop.aborted) await new Promise(resolve => stop.addEventListener('abort', resolve))
  } finally {
    const late = setTimeout(() => {
      app.server.log.error(`not stopped within ${stopWithinMs} ms; the next start resumes what was left`)
      process.exit(1)
    }, stopWithinMs)
    await app.stop()
    late.unref() // whatever is left open does not keep the process alive beyond it either
  }
}
