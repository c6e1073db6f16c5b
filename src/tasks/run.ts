// What a piece of background work gets from the worker that runs it, and what it owes in return.
import type { Transaction } from '../db/database.ts'
import type { Task } from './tasks.ts'

export interface TaskRun {
  task: Task
  /** Aborted when the work should end at its next boundary; its reason is an Interrupted. */
  signal: AbortSignal
  /** Shows people where the work is, at most a few times a second; `percent` is 0–100. */
  progress(percent: number, message: string): Promise<void>
  problem(subject: string, problem: string): Promise<void>
  /**
   * Call it first in every transaction that writes results. It holds the task's row until the transaction ends, so
   * that a worker which lost its lease cannot write beside its successor. Throws Interrupted('lost').
   */
  hold(tx: Transaction): Promise<void>
}

/** The worker marks the task COMPLETED when this resolves, unless a transaction of the work already did. */
export type TaskHandler = (run: TaskRun) => Promise<void>

/** How one type of task is done, undone and done again. */
export interface TaskKind {
  run: TaskHandler
  /** In the transaction that ends the task without success: puts the dataset back. The task's row is locked. */
  undo(tx: Transaction, task: Task, outcome: { status: 'FAILED' | 'ABORTED'; message: string }): Promise<void>
  /** In the transaction that makes a failed or aborted task pending again. Throws a Problem when that cannot be. */
  redo?(tx: Transaction, task: Task): Promise<{ statusBefore: string }>
}
export type TaskKinds = Partial<Record<Task['task_type'], TaskKind>>

/** Why work ended before it was done: somebody asked, another worker has it, or this process is going down. */
export class Interrupted extends Error {
  readonly why: 'aborted' | 'lost' | 'stopping'

  constructor(why: Interrupted['why']) {
    super(`the task was interrupted: ${why}`)
    this.why = why
  }
}

/** The work cannot succeed; the message is the one sentence that the task shows. */
export class TaskFailed extends Error {}
