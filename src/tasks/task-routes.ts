// One task: reading it, and the two things a person can do about it.
import type { Database, Transaction } from '../db/database.ts'
import type { Server } from '../http/server.ts'
import { mayActAs } from '../lib/caller.ts'
import { problems } from '../lib/problems.ts'
import { countProblems, findTask, problemsOf } from './list.ts'
import type { TaskKinds } from './run.ts'
import { asBody, shownProblems, TaskDetail, TaskParams } from './schemas.ts'
import { endTask, lockTask, openTaskOf, reopenTask, requestAbort } from './store.ts'
import { isOpen, type Task } from './tasks.ts'

export function taskRoutes(server: Server, db: Database, kinds: TaskKinds): void {
  const tags = ['Tasks']
  const config = { access: 'user' } as const

  async function readTask(userId: string, taskId: string) {
    const task = await findTask(db, userId, taskId)
    if (!task) throw problems.taskNotFound()
    return {
      ...asBody(task),
      problems: await problemsOf(db, task, shownProblems),
      problems_total: await countProblems(db, task),
    }
  }

  server.get(
    '/api/v1/tasks/:task_id',
    { config, schema: { tags, summary: 'Read a task', params: TaskParams, response: { 200: TaskDetail } } },
    ({ caller, params }) => readTask(caller.userId, params.task_id),
  )

  /** For editors. `change` has the task to itself. */
  async function changeTask(
    userId: string,
    taskId: string,
    change: (tx: Transaction, task: Task) => Promise<void>,
  ) {
    const seen = await findTask(db, userId, taskId)
    if (!seen) throw problems.taskNotFound()
    if (!mayActAs(seen.role, 'editor')) throw problems.roleTooLow('editor')
    await db.transaction(async tx => {
      const task = await lockTask(tx, taskId)
      if (!task) throw problems.taskNotFound()
      await change(tx, task)
    })
    return readTask(userId, taskId)
  }

  server.post(
    '/api/v1/tasks/:task_id/abort',
    {
      config: { ...config, refuses: [409] },
      schema: {
        tags,
        summary: 'Abort a task',
        description: 'A running task ends at its next item; what it has taken in so far stays.',
        params: TaskParams,
        response: { 200: TaskDetail },
      },
    },
    ({ caller, params }) =>
      changeTask(caller.userId, params.task_id, async (tx, task) => {
        if (!isOpen(task.status)) throw problems.taskEnded(task.status)
        if (task.status !== 'PENDING') return requestAbort(tx, task.id)
        await kinds[task.task_type]?.undo(tx, task, { status: 'ABORTED', message: 'Aborted' })
        await endTask(tx, task.id, 'ABORTED', 'Aborted')
      }),
  )

  server.post(
    '/api/v1/tasks/:task_id/retry',
    {
      config: { ...config, refuses: [400, 409] },
      schema: {
        tags,
        summary: 'Retry a failed or aborted task',
        description: 'It goes on where it ended; items that could not be read are tried again.',
        params: TaskParams,
        response: { 200: TaskDetail },
      },
    },
    ({ caller, params }) =>
      changeTask(caller.userId, params.task_id, async (tx, task) => {
        if (task.status !== 'FAILED' && task.status !== 'ABORTED')
          throw problems.taskNotRetryable(task.status)
        const running = await openTaskOf(tx, task.dataset_id)
        if (running) throw problems.operationBlocked('retry', running.task_type)
        const redo = kinds[task.task_type]?.redo
        if (!redo) throw problems.retryUnsupported(task.task_type)
        const { statusBefore } = await redo(tx, task)
        await reopenTask(tx, task, statusBefore)
      }),
  )
}
