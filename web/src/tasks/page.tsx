// Background work: how far it is, what went wrong, and what to do about it.
import type { TaskStatus } from '@belfry/client'
import { Group, Select, Text, Title } from '@mantine/core'
import { IconChecklist, IconFilterOff } from '@tabler/icons-react'
import { count } from '../shared/count.ts'
import { useDatasets } from '../shared/datasets.ts'
import { EmptyState, ErrorState } from '../shared/states.tsx'
import { useTaskChoice } from './choice.ts'
import { TaskList } from './list.tsx'
import { TaskPages } from './pages.tsx'
import { stateChoices, useTasks } from './tasks.ts'

export function TasksPage() {
  const datasets = useDatasets()
  const { choice, choose } = useTaskChoice()
  const { data, error, refetch } = useTasks(choice)
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
      ) : data?.tasks.length === 0 ? (
        <EmptyState
          icon={narrowed ? IconFilterOff : IconChecklist}
          title={narrowed ? 'No task fits' : 'Nothing has been done yet'}
        >
          {narrowed
            ? 'There is none in this dataset and state.'
            : 'When media come in, you see here how far they are, and what could not be read.'}
        </EmptyState>
      ) : (
        <TaskList tasks={data?.tasks} />
      )}
      <TaskPages total={data?.total ?? 0} page={choice.page} onChange={page => choose({ page })} />
    </>
  )
}
