import { IconChecklist } from '@tabler/icons-react'
import { useState } from 'react'
import { useListKeys } from '../shared/list-keys.ts'
import { RowSkeletons } from '../shared/skeletons.tsx'
import { EmptyState, ErrorState } from '../shared/states.tsx'
import classes from '../tasks/page.module.css'
import { TaskPages } from '../tasks/pages.tsx'
import { TaskRow } from '../tasks/row.tsx'
import { useTasks } from '../tasks/tasks.ts'

/** The tasks page, of one dataset. */
export function TasksTab({ datasetId }: { datasetId: string }) {
  const [page, setPage] = useState(1)
  const [opened, setOpened] = useState<string>()
  const { data, error, refetch } = useTasks({ dataset_id: datasetId, page })
  const tasks = data?.tasks ?? []
  const toggle = (id: string) => setOpened(now => (now === id ? undefined : id))
  const current = useListKeys(
    'Tasks',
    tasks.length,
    i => document.querySelector(`[data-task="${tasks[i]?.task_id}"]`),
    [{ keys: 'Enter', does: 'Show what happened', run: i => toggle(tasks[i]!.task_id) }],
  )
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (data?.total === 0)
    return (
      <EmptyState icon={IconChecklist} title="Nothing has been done yet">
        When media come in, you see here how far they are, and what could not be read.
      </EmptyState>
    )
  return (
    <>
      <div className={classes.list}>
        {data ? (
          tasks.map((task, i) => (
            <TaskRow
              key={task.task_id}
              task={task}
              current={i === current}
              opened={opened === task.task_id}
              onToggle={() => toggle(task.task_id)}
            />
          ))
        ) : (
          <RowSkeletons rows={4} />
        )}
      </div>
      <TaskPages total={data?.total ?? 0} page={page} onChange={setPage} />
    </>
  )
}
