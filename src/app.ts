// The app is a value: createApp builds every object, in the order in which they need each other.
import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import { authenticator } from './auth/authenticate.ts'
import { readServerKey } from './auth/credentials.ts'
import { authRoutes } from './auth/routes.ts'
import type { Config } from './config.ts'
import { datasetsRoutes } from './datasets/routes.ts'
import { leaveDatasets } from './datasets/sharing.ts'
import type { Database } from './db/database.ts'
import { openDatabase } from './db/open.ts'
import { aboutPgvector, extensionVersion } from './db/pgvector.ts'
import { guardRoutes, listRoutes } from './http/guard.ts'
import { healthRoutes } from './http/health.ts'
import { metricsRoutes } from './http/metrics.ts'
import { createServer } from './http/server.ts'
import { webRoutes } from './http/web.ts'
import { hourly } from './lib/hourly.ts'
import { createLogger } from './lib/log.ts'
import { createMetrics } from './lib/metrics.ts'
import { foldChanges } from './media/fold-changes.ts'
import { forgetMedia, removeAbandonedUploads } from './media/forget.ts'
import { startMeasuring } from './media/measure/measuring.ts'
import { mediaRoutes } from './media/routes.ts'
import { openObjects } from './media/s3/objects.ts'
import { s3Storage } from './media/s3/storage.ts'
import { openSources } from './media/sources/source.ts'
import { takeBucket } from './media/sources/take-bucket.ts'
import { fileStorage, type Storage } from './media/storage.ts'
import { createColumnarEvaluator } from './monitoring/columnar/evaluator.ts'
import { createEvaluate } from './monitoring/evaluate.ts'
import { previewRoutes } from './monitoring/preview/routes.ts'
import { startKeeping } from './monitoring/preview/start-keeping.ts'
import { monitoringRoutes } from './monitoring/routes.ts'
import { startSweeping } from './notifications/retention.ts'
import { notificationsRoutes } from './notifications/routes.ts'
import { createPath } from './pipeline.ts'
import { startLive } from './stream/live.ts'
import { streamRoutes } from './stream/routes.ts'
import { tasksRoutes } from './tasks/routes.ts'
import { createWorker } from './tasks/worker.ts'
import { createVectors } from './vectors/vectors.ts'
import { anchorRoutes } from './views/explore/anchor-routes.ts'
import { exploreRoutes } from './views/explore/routes.ts'
import { viewsRoutes } from './views/routes.ts'
import { tagsRoutes } from './views/tags/routes.ts'
import { vocabularyRoutes } from './views/vocabulary-routes.ts'

export type App = Awaited<ReturnType<typeof createApp>>

export interface Watching {
  logger?: FastifyBaseLogger
  /** Called before each step of background work; tests stop or kill the process here. */
  onStep?: (step: string) => void | Promise<void>
  /** Tests put a storage that fails before the real one. */
  wrapStorage?: (storage: Storage) => Storage
}

function openStorage({ storage, dataFolder, s3 }: Config): Storage {
  if (storage === 'file') return fileStorage(join(dataFolder, 'media'))
  const place = { bucket: storage.bucket, key: storage.prefix }
  return s3Storage(openObjects(s3), place, join(dataFolder, 'waiting'))
}

export async function createApp(config: Config, watching: Watching = {}) {
  const db = await openDatabase(config)
  try {
    return await build(db, config, watching)
  } catch (error) {
    await db.close() // an engine that stays open would keep the process alive, and its folder locked
    throw error
  }
}

async function build(db: Database, config: Config, watching: Watching) {
  const logger = watching.logger ?? createLogger(config.logLevel)
  logger.info(`database: ${db.engine}, ${aboutPgvector(await extensionVersion(db))}`)
  const serverKey = await readServerKey(config.dataFolder)
  const server = await createServer(config, logger)
  const routes = listRoutes(server)
  guardRoutes(server, db, await authenticator(db, serverKey, config))
  const metrics = createMetrics()
  healthRoutes(server, db)
  metricsRoutes(server, db, metrics)
  authRoutes(server, { db, config, serverKey, leaveDatasets })

  const { wrapStorage = storage => storage } = watching
  const storage = wrapStorage(openStorage(config))
  const sources = openSources(config.s3, config.storage === 'file' ? null : config.storage.bucket)
  const vectors = await createVectors(config, sentence => logger.info(sentence))
  const measuring = startMeasuring()
  const columnar = createColumnarEvaluator()
  const evaluate = createEvaluate({ engine: db.engine, setting: config.evaluator, columnar, vectors, logger })
  const kinds = createPath({
    db,
    storage,
    vectors,
    measuring,
    sources,
    video: config.video,
    evaluate,
    metrics,
    logger,
    onStep: watching.onStep,
  })
  const worker = createWorker({ db, kinds, leaseMs: config.taskLeaseMs, logger })
  tasksRoutes(server, db, kinds)
  datasetsRoutes(server, db, {
    onDeleted: datasetId => forgetMedia(storage, datasetId),
    takeBucket: takeBucket(db, sources),
  })
  mediaRoutes(server, db, {
    storage,
    sources,
    vectors,
    measuring,
    video: config.video,
    maxUploadBytes: config.maxUploadBytes,
  })
  viewsRoutes(server, db, vectors)
  exploreRoutes(server, db, vectors)
  anchorRoutes(server, { db, storage, vectors })
  vocabularyRoutes(server, db, vectors)
  tagsRoutes(server, db)
  monitoringRoutes(server, db)
  previewRoutes(server, { db, vectors, columnar, setting: config.evaluator })
  notificationsRoutes(server, db, vectors)
  const live = await startLive(db, logger)
  streamRoutes(server, live)
  await webRoutes(server)
  server.addHook('preClose', live.stop)
  const sweeps = [
    startSweeping(db, config.keepNotificationsDays, logger),
    hourly(
      () => foldChanges(db),
      error => logger.warn({ err: error }, 'changes of items were not folded'),
    ),
    ...(config.evaluator === 'sql' ? [] : [startKeeping(db, columnar, logger)]),
  ]

  let url = ''
  return {
    config,
    db,
    vectors,
    server,
    /** Every route there is. */
    routes,
    live,
    evaluate,
    serverKey,
    /** The address it listens on, once started. */
    get url() {
      return url
    },
    async start() {
      await removeAbandonedUploads(db, storage)
      url = await server.listen({ host: config.host, port: config.port })
      await worker.start()
      return url
    },
    /** Ends streams, lets requests finish, gives tasks back, closes the database. */
    async stop() {
      await Promise.all([server.close(), worker.stop(), ...sweeps.map(sweep => sweep.stop())])
      await Promise.all([columnar.close(), measuring.close(), vectors.close()])
      await db.close()
    },
  }
}
