import type { Task } from '@belfry/client'
import { Badge, Button, Group, Progress, Text, UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { Age } from '../shared/time.tsx'
import { Duration } from './duration.tsx'
import classes from './page.module.css'
import { Problems } from './problems.tsx'
import { isOpen, kindOf, mayRetry, stateOf, useAbort, useRetry } from './tasks.ts'

interface TaskRowProps {
  task: Task
  current: boolean
  opened: boolean
  onToggle: () => void
}

export function TaskRow({ task, current, opened, onToggle }: TaskRowProps) {
  const abort = useAbort()
  const retry = useRetry()
  const { label, color } = stateOf(task)
  const name = `${kindOf(task)}, ${task.dataset_name}`
  return (
    <article className={classes.row} data-task={task.task_id} data-current={current || undefined}>
      <div className={classes.line}>
        <UnstyledButton className={classes.what} aria-expanded={opened} onClick={onToggle}>
          <IconChevronRight size={18} className={classes.chevron} data-open={opened || undefined} />
          <span>
            <span className={classes.kind}>{kindOf(task)}</span>{' '}
            <Text span c="dimmed" size="sm" className="name">
              in {task.dataset_name}
            </Text>
          </span>
        </UnstyledButton>
        <div className={classes.state}>
          <Badge variant="dot" color={color} tt="none" fw={600} size="lg" className={classes.badge}>
            {label}
          </Badge>
          <Text span size="sm" c="dimmed" className="name">
            {task.error_message ?? task.status_message}
          </Text>
        </div>
        <Text size="xs" c="dimmed" className={classes.when}>
          {task.start_time ? <Age at={task.start_time} /> : 'not started'}
          <Duration task={task} />
        </Text>
        <Group gap={6} className={classes.actions}>
          {isOpen(task) && (
            <Button
              size="compact-sm"
              variant="default"
              loading={abort.isPending}
              onClick={() => abort.mutate(task.task_id)}
              aria-label={`Abort: ${name}`}
            >
              Abort
            </Button>
          )}
          {mayRetry(task) && (
            <Button
              size="compact-sm"
              variant="light"
              loading={retry.isPending}
              onClick={() => retry.mutate(task.task_id)}
              aria-label={`Retry: ${name}`}
            >
              Retry
            </Button>
          )}
        </Group>
      </div>
      {isOpen(task) && (
        <Progress
          value={task.progress_percentage}
          size="sm"
          mt={10}
          animated
          aria-label={`Progress of ${name}`}
          transitionDuration={400}
        />
      )}
      {opened && <Problems taskId={task.task_id} />}
    </article>
  )
}
