// What went wrong with single files and rows, while the rest went in.
import { Loader, Table, Text } from '@mantine/core'
import { count, figure } from '../shared/count.ts'
import { ErrorState } from '../shared/states.tsx'
import { exactTime } from '../shared/time.tsx'
import { useTask } from './tasks.ts'

export function Problems({ taskId }: { taskId: string }) {
  const { data: task, error, refetch } = useTask(taskId)
  if (error && !task) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!task) return <Loader size="sm" m="md" role="status" aria-label="Loading" />
  const { problems, problems_total } = task
  return (
    <div>
      <Text size="xs" c="dimmed" mt="sm" className="name">
        {task.created_by && `Asked for by ${task.created_by}. `}
        {task.start_time && `Started ${exactTime(task.start_time)}. `}
        {task.end_time && `Ended ${exactTime(task.end_time)}.`}
      </Text>
      {problems_total === 0 ? (
        <Text size="sm" mt="xs">
          No file and no row had a problem.
        </Text>
      ) : (
        <>
          <Text size="sm" fw={600} mt="sm" mb={4}>
            {count(problems_total, 'file or row', 'files or rows')} had a problem; everything else went in.
          </Text>
          <Table.ScrollContainer minWidth={320} type="native">
            <Table verticalSpacing={6} horizontalSpacing="sm" withTableBorder>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>What</Table.Th>
                  <Table.Th>Why it is not in</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {problems.map(({ subject, problem }) => (
                  <Table.Tr key={`${subject}\n${problem}`}>
                    <Table.Td className="name">{subject}</Table.Td>
                    <Table.Td className="name">{problem}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          {problems_total > problems.length && (
            <Text size="xs" c="dimmed" mt={4}>
              These are the first {figure(problems.length)}.
            </Text>
          )}
        </>
      )}
    </div>
  )
}
