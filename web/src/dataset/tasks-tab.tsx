import { IconChecklist } from '@tabler/icons-react'
import { useState } from 'react'
import { EmptyState, ErrorState } from '../shared/states.tsx'
import { TaskList } from '../tasks/list.tsx'
import { TaskPages } from '../tasks/pages.tsx'
import { useTasks } from '../tasks/tasks.ts'

/** The tasks page, of one dataset. */
export function TasksTab({ datasetId }: { datasetId: string }) {
  const [page, setPage] = useState(1)
  const { data, error, refetch } = useTasks({ dataset_id: datasetId, page })
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (data?.total === 0)
    return (
      <EmptyState icon={IconChecklist} title="Nothing has been done yet">
        When media come in, you see here how far they are, and what could not be read.
      </EmptyState>
    )
  return (
    <>
      <TaskList tasks={data?.tasks} />
      <TaskPages total={data?.total ?? 0} page={page} onChange={setPage} />
    </>
  )
}
