// Tasks by their keys, one of them opened.
import type { Task } from '@belfry/client'
import { useState } from 'react'
import { useListKeys } from '../shared/list-keys.ts'
import { RowSkeletons } from '../shared/skeletons.tsx'
import classes from './page.module.css'
import { TaskRow } from './row.tsx'

/** `undefined` while they are on their way. */
export function TaskList({ tasks }: { tasks: Task[] | undefined }) {
  const [opened, setOpened] = useState<string>()
  const toggle = (id: string) => setOpened(now => (now === id ? undefined : id))
  const current = useListKeys(
    'Tasks',
    tasks?.length ?? 0,
    i => document.querySelector(`[data-task="${tasks?.[i]?.task_id}"]`),
    [{ keys: 'Enter', does: 'Show what happened', run: i => toggle(tasks![i]!.task_id) }],
  )
  return (
    <div className={classes.list}>
      {tasks ? (
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
        <RowSkeletons rows={5} />
      )}
    </div>
  )
}
