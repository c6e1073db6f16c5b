import { type Connection, pause } from '../connection.ts'
import type { TaskDetail, TaskPage, TaskQuery, TaskStatus } from '../types/task.ts'

/** A waiting client asks this often at first, then ever more seldom, up to the second figure. */
const firstPollMs = 100
const slowestPollMs = 1_000

const ended = new Set<TaskStatus>(['COMPLETED', 'FAILED', 'ABORTED'])

export const tasks = ({ json }: Connection) => {
  const get = (taskId: string, signal?: AbortSignal) =>
    json<TaskDetail>('GET', `/tasks/${taskId}`, { signal })
  return {
    list: (query: TaskQuery = {}) => json<TaskPage>('GET', '/tasks', { query: { ...query } }),

    get: (taskId: string) => get(taskId),

    abort: async (taskId: string): Promise<void> => {
      await json('POST', `/tasks/${taskId}/abort`)
    },

    retry: async (taskId: string): Promise<void> => {
      await json('POST', `/tasks/${taskId}/retry`)
    },

    /** Resolves with the task once it has ended, also when it FAILED or was ABORTED: look at its `status`. */
    async waitFor(
      taskId: string,
      onProgress: (task: TaskDetail) => void = () => {},
      signal?: AbortSignal,
    ): Promise<TaskDetail> {
      for (let waitMs = firstPollMs; ; waitMs = Math.min(waitMs * 1.3, slowestPollMs)) {
        const task = await get(taskId, signal)
        onProgress(task)
        if (ended.has(task.status)) return task
        await pause(waitMs, signal)
        signal?.throwIfAborted()
      }
    },
  }
}
