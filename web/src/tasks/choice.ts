// What the tasks are narrowed to stands in the address, so that it can be kept and sent.
import type { TaskStatus } from '@belfry/client'
import { useSearchParams } from 'wouter'
import { readUuid } from '../shared/uuid.ts'
import { stateChoices } from './tasks.ts'

export interface TaskChoice {
  dataset_id?: string | undefined
  task_status?: TaskStatus | undefined
  page: number
}

/** The server goes no further. */
const maxPage = 10_000

/** An address may be typed by hand: what it says wrongly is as if it were not said. */
export function useTaskChoice() {
  const [params, setParams] = useSearchParams()
  const state = params.get('state')
  const page = Number(params.get('page') ?? 1)
  const choice: TaskChoice = {
    dataset_id: readUuid(params.get('dataset')) ?? undefined,
    task_status: stateChoices.find(({ value }) => value === state)?.value as TaskStatus | undefined,
    page: Number.isInteger(page) && page >= 1 && page <= maxPage ? page : 1,
  }
  /** Whatever is narrowed begins with the first page. */
  const choose = (change: Partial<TaskChoice>) => {
    const { dataset_id, task_status, page } = { ...choice, page: 1, ...change }
    const next = new URLSearchParams()
    if (dataset_id) next.set('dataset', dataset_id)
    if (task_status) next.set('state', task_status)
    if (page > 1) next.set('page', String(page))
    setParams(next, { replace: true })
  }
  return { choice, choose }
}
