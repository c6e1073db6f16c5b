// Background work: how far it is, what went wrong, and what to do about it.
import type { TaskStatus } from '@belfry/client'
import { Group, Select, Text, Title } from '@mantine/core'
import { IconChecklist, IconFilterOff } from '@tabler/icons-react'
import { useState } from 'react'
import { count } from '../shared/count.ts'
import { useDatasets } from '../shared/datasets.ts'
import { useListKeys } from '../shared/list-keys.ts'
import { RowSkeletons } from '../shared/skeletons.tsx'
import { EmptyState, ErrorState } from '../shared/states.tsx'
import { useTaskChoice } from './choice.ts'
import classes from './page.module.css'
import { TaskPages } from './pages.tsx'
import { TaskRow } from './row.tsx'
import { stateChoices, useTasks } from './tasks.ts'

export function TasksPage() {
  const datasets = useDatasets()
  const { choice, choose } = useTaskChoice()
  const [opened, setOpened] = useState<string>()
  const { data, error, refetch } = useTasks(choice)
  const tasks = data?.tasks ?? []
  const toggle = (id: string) => setOpened(now => (now === id ? undefined : id))
  const current = useListKeys(
    'Tasks',
    tasks.length,
    i => document.querySelector(`[data-task="${tasks[i]?.task_id}"]`),
    [{ keys: 'Enter', does: 'Show what happened', run: i => toggle(tasks[i]!.task_id) }],
  )
  const narrowed = choice.dataset_id !== undefined || choice.task_status !== undefined
  return (
    <>
      <Title order={1} size="h2">
        Tasks
      </Title>
      <Text size="sm" c="dimmed" mb="md" className="figures">
        {data ? count(data.total, 'task') : ' '}
      </Text>
      <Group gap="sm" mb="md" role="search" aria-label="Narrow the tasks">
        <Select
          aria-label="Dataset"
          placeholder="Every dataset"
          data={datasets.map(({ id, display_name }) => ({ value: id, label: display_name }))}
          value={choice.dataset_id ?? null}
          onChange={id => choose({ dataset_id: id ?? undefined })}
          clearable
          searchable
          w={200}
        />
        <Select
          aria-label="State"
          placeholder="In any state"
          data={stateChoices}
          value={choice.task_status ?? null}
          onChange={status => choose({ task_status: (status as TaskStatus | null) ?? undefined })}
          clearable
          w={160}
        />
      </Group>
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <div className={classes.list}>
          <RowSkeletons rows={5} />
        </div>
      ) : tasks.length === 0 ? (
        <EmptyState
          icon={narrowed ? IconFilterOff : IconChecklist}
          title={narrowed ? 'No task fits' : 'Nothing has been done yet'}
        >
          {narrowed
            ? 'There is none in this dataset and state.'
            : 'When media come in, you see here how far they are, and what could not be read.'}
        </EmptyState>
      ) : (
        <div className={classes.list}>
          {tasks.map((task, i) => (
            <TaskRow
              key={task.task_id}
              task={task}
              current={i === current}
              opened={opened === task.task_id}
              onToggle={() => toggle(task.task_id)}
            />
          ))}
        </div>
      )}
      <TaskPages total={data?.total ?? 0} page={choice.page} onChange={page => choose({ page })} />
    </>
  )
}
