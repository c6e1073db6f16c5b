// What was done last in the dataset, by whom.
import { Anchor, Badge, Group, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { api } from '../api.ts'
import { keys } from '../queries.ts'
import { Age } from '../shared/time.tsx'
import { kindOf, stateOf } from '../tasks/tasks.ts'
import classes from './data-tab.module.css'

const shown = 6

export function Activity({ datasetId }: { datasetId: string }) {
  const tasks = useQuery({
    queryKey: [...keys.tasks, 'list', { dataset_id: datasetId, latest: shown }],
    queryFn: () => api.tasks.list({ dataset_id: datasetId, page_size: shown }),
  }).data?.tasks
  if (!tasks || tasks.length === 0) return null
  return (
    <section aria-label="Activity" className={classes.wideOnly}>
      <Group justify="space-between" align="baseline" className={classes.section}>
        <Title order={2} size="h4">
          Activity
        </Title>
        <Anchor component={Link} href={`/datasets/${datasetId}/tasks`} size="sm">
          All tasks
        </Anchor>
      </Group>
      <ul className={classes.activity}>
        {tasks.map(task => {
          const { label, color } = stateOf(task)
          return (
            <li key={task.task_id}>
              <Group justify="space-between" wrap="nowrap" gap={8}>
                <Text size="sm" fw={550}>
                  {kindOf(task)}
                </Text>
                <Badge variant="light" color={color} tt="none" fw={600} size="sm">
                  {label}
                </Badge>
              </Group>
              <Text size="xs" c="dimmed" className="name">
                {task.created_by ?? 'Somebody who left'}
                {task.start_time && (
                  <>
                    {' '}
                    · <Age at={task.start_time} />
                  </>
                )}
              </Text>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
