export type TaskType = 'DATASET_CREATION' | 'MEDIA_ADDITION' | 'REINDEX' | 'CUSTOM_METADATA'
export type TaskStatus = 'PENDING' | 'INITIALIZING' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'ABORTED'

export interface Task {
  task_id: string
  dataset_id: string
  dataset_name: string
  /** Spelled with `_`, unlike the dataset's own status. */
  dataset_status: string
  created_by: string | null
  task_type: TaskType
  status: TaskStatus
  status_message: string
  /** 0–100. */
  progress_percentage: number
  error_message: string | null
  /** UTC with `Z`; null until it starts, or ends. */
  start_time: string | null
  end_time: string | null
}

/** One task, with what went wrong on the way. */
export interface TaskDetail extends Task {
  batch_id: string | null
  /** The first hundred; single files and rows, while the rest went in. */
  problems: { subject: string; problem: string }[]
  problems_total: number
  /** How the batch was evaluated; null until then. */
  evaluation: {
    /** `sql`, `columnar` or `both`. */
    evaluator: string
    reason: string
    items: number
    views: number
    failed: number
    left_to_sql: number
    checked: number
    differences: number
    ms: number
  } | null
}

export interface TaskPage {
  tasks: Task[]
  total: number
  page: number
  page_size: number
}

export interface TaskQuery {
  dataset_id?: string
  dataset_name?: string
  task_type?: TaskType
  task_status?: TaskStatus
  created_by?: string
  start_time_from?: string
  start_time_to?: string
  sort_by?: string
  sort_order?: 'asc' | 'desc'
  page?: number
  /** 5–50, default 20. */
  page_size?: number
}
