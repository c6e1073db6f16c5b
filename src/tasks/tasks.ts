// Background work that people can see: what it is, in which state, and what went wrong with single items.
// Other slices open and complete tasks through this file.
import type { Instant } from '../lib/time.ts'

export { countProblems } from './list.ts'
export { addProblems, completeTask, noteEvaluation, openTask, openTaskOf } from './store.ts'

export const taskTypes = ['DATASET_CREATION', 'MEDIA_ADDITION', 'REINDEX', 'CUSTOM_METADATA'] as const
export type TaskType = (typeof taskTypes)[number]

export const taskStatuses = ['PENDING', 'INITIALIZING', 'RUNNING', 'COMPLETED', 'FAILED', 'ABORTED'] as const
export type TaskStatus = (typeof taskStatuses)[number]

const openStatuses: readonly TaskStatus[] = ['PENDING', 'INITIALIZING', 'RUNNING']
export const isOpen = (status: TaskStatus): boolean => openStatuses.includes(status)

export interface Task {
  id: string
  dataset_id: string
  /** null: the work is on the dataset as a whole. */
  batch_id: string | null
  created_by: string | null
  task_type: TaskType
  status: TaskStatus
  /** The dataset's status before the task changed it. */
  status_before: string | null
  attempts: number
  abort_requested: boolean
  start_time: Instant | null
}

/** How the batch was evaluated (src/monitoring/evaluate.ts). */
export interface TaskEvaluation {
  evaluator: string
  reason: string
  items: number
  views: number
  failed: number
  left_to_sql: number
  checked: number
  differences: number
  ms: number
}

/** Something about one item, row or file that did not work out; the rest went on. */
export interface ItemProblem {
  /** A file name, or `image_annotations.csv line 7`. */
  subject: string
  problem: string
}
