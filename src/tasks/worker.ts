// Runs tasks: woken by a notification, with a slow poll for those that were missed. One task at a time: the steps
// of one task already use every core.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import type { Database } from '../db/database.ts'
import { Interrupted, TaskFailed, type TaskKinds, type TaskRun } from './run.ts'
import {
  addProblems,
  claimTask,
  completeTask,
  endTask,
  freeOrphans,
  giveBack,
  holdTask,
  lockTask,
  renewLease,
  tasksChannel,
  writeProgress,
} from './store.ts'
import type { Task } from './tasks.ts'

/** Finds what no notification announced: tasks whose worker died, or a notification that was lost. */
const pollMs = 5_000
/** Progress is for people; more often than this they see no difference. */
const progressEveryMs = 500
/** A task that was started so often and never ended takes the process down with it. */
const maxAttempts = 10
/** How long a stop waits for the running task to reach a boundary; then the lease hands it on. */
const stopTimeoutMs = 20_000

export interface Worker {
  start(): Promise<void>
  /** Resolves when the running task was given back at its next boundary. */
  stop(): Promise<void>
}

export function createWorker({
  db,
  kinds,
  leaseMs,
  logger,
}: {
  db: Database
  kinds: TaskKinds
  leaseMs: number
  logger: FastifyBaseLogger
}): Worker {
  let wake = Promise.withResolvers<void>()
  let current: { task: Task; renew: () => Promise<void>; interrupt: AbortController } | undefined
  let stopping = false
  let looping: Promise<void> | undefined

  async function loop(): Promise<void> {
    while (!stopping) {
      wake = Promise.withResolvers()
      const claim = randomUUID()
      const task = await claimTask(db, claim, leaseMs).catch(error => {
        logger.error({ err: error }, 'could not look for tasks')
        return undefined
      })
      if (task) await work(task, claim)
      else await Promise.race([wake.promise, sleep(Math.min(pollMs, leaseMs), undefined, { ref: false })])
    }
  }

  async function work(task: Task, claim: string): Promise<void> {
    const log = logger.child({ task: task.id, type: task.task_type })
    const interrupt = new AbortController()
    const renew = async () => {
      try {
        const held = await renewLease(db, task.id, claim, leaseMs)
        if (!held) interrupt.abort(new Interrupted('lost'))
        else if (held.abort_requested) interrupt.abort(new Interrupted('aborted'))
      } catch (error) {
        log.warn({ err: error }, 'could not renew the lease')
      }
    }
    const renewing = setInterval(renew, leaseMs / 3)
    current = { task, renew, interrupt }
    if (stopping) interrupt.abort(new Interrupted('stopping'))
    if (task.abort_requested) interrupt.abort(new Interrupted('aborted'))
    try {
      interrupt.signal.throwIfAborted()
      if (task.attempts > maxAttempts)
        throw new TaskFailed(
          `Belfry stopped ${maxAttempts} times while it worked on this. Its log names why; then retry the task.`,
        )
      const kind = kinds[task.task_type]
      if (!kind) throw new TaskFailed(`This Belfry cannot do ${task.task_type} tasks; start a newer version.`)
      log.info({ dataset: task.dataset_id, batch: task.batch_id, attempt: task.attempts }, 'task started')
      await kind.run(startRun(task, claim, interrupt.signal))
      await completeTask(db, task.id, 'Done')
      log.info('task completed')
    } catch (error) {
      const reason = interrupt.signal.aborted ? interrupt.signal.reason : error
      await end(task, claim, reason).catch(cause =>
        // The lease ends by itself, and the task is taken up where it was.
        log.error({ err: cause, after: reason }, 'could not record how the task ended'),
      )
    } finally {
      clearInterval(renewing)
      current = undefined
    }
  }

  function startRun(task: Task, claim: string, signal: AbortSignal): TaskRun {
    let lastProgressMs = Number.NEGATIVE_INFINITY
    return {
      task,
      signal,
      async progress(percent, message) {
        if (performance.now() - lastProgressMs < progressEveryMs) return
        lastProgressMs = performance.now()
        await writeProgress(db, task.id, claim, percent, message)
      },
      problem: (subject, problem) => addProblems(db, task.id, [{ subject, problem }]),
      hold: tx => holdTask(tx, task, claim),
    }
  }

  async function end(task: Task, claim: string, reason: unknown): Promise<void> {
    const log = logger.child({ task: task.id, type: task.task_type })
    if (reason instanceof Interrupted && reason.why === 'lost')
      return log.info('task is no longer ours: another worker has it, or its dataset is gone')
    if (reason instanceof Interrupted && reason.why === 'stopping') {
      await giveBack(db, task.id, claim)
      return log.info('task given back')
    }
    if (isPassing(reason)) {
      // A database that restarts is not the task's fault: it goes on when the lease has ended.
      return log.warn({ err: reason }, 'task interrupted by the database')
    }
    const status = reason instanceof Interrupted ? 'ABORTED' : 'FAILED'
    const message = status === 'ABORTED' ? 'Aborted' : failureSentence(task, reason)
    if (status === 'ABORTED') log.info('task aborted')
    else if (reason instanceof TaskFailed) log.warn({ reason: message }, 'task failed')
    else log.error({ err: reason }, 'task failed')
    await db.transaction(async tx => {
      await lockTask(tx, task.id)
      await holdTask(tx, task, claim)
      await kinds[task.task_type]?.undo(tx, task, { status, message })
      await endTask(tx, task.id, status, message)
    })
  }

  return {
    async start() {
      await db.listen(tasksChannel, {
        heard: taskId => {
          wake.resolve()
          if (current?.task.id === taskId) void current.renew()
        },
        restored: () => wake.resolve(),
      })
      if (db.engine === 'pglite') await freeOrphans(db)
      looping = loop()
    },
    async stop() {
      stopping = true
      wake.resolve()
      current?.interrupt.abort(new Interrupted('stopping'))
      await Promise.race([looping, sleep(stopTimeoutMs, undefined, { ref: false })])
    },
  }
}

// Class 08: connection; 57P: the server shuts down; 40: deadlock or serialisation.
function isPassing(reason: unknown): boolean {
  const { code = '', message = '' } = (reason ?? {}) as { code?: string; message?: string }
  return (
    /^(08|57P|40)/.test(code) ||
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(code) ||
    /^(Connection terminated|timeout exceeded when trying to connect)/.test(message)
  )
}

const failureSentence = (task: Task, reason: unknown): string =>
  reason instanceof TaskFailed
    ? reason.message
    : `Something failed inside Belfry; its log names the cause under the task ${task.id}. Retry the task when that is mended.`
