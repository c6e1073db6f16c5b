// The saved views of a dataset as a table; a row opens to what the view looks for and has found. The address says which,
// so that it can be sent.
import { Button, Group, Table } from '@mantine/core'
import { IconEyePlus, IconPlus } from '@tabler/icons-react'
import { lazy, Suspense } from 'react'
import { useSearchParams } from 'wouter'
import { useKeys } from '../keyboard/keys.ts'
import { count } from '../shared/count.ts'
import { useListKeys } from '../shared/list-keys.ts'
import { RowSkeletons } from '../shared/skeletons.tsx'
import { EmptyState, ErrorState } from '../shared/states.tsx'
import { ViewRow } from './row.tsx'
import classes from './tab.module.css'
import { useViews } from './views.ts'

const Builder = lazy(async () => ({ default: (await import('./builder.tsx')).Builder }))

export function ViewsTab({ datasetId }: { datasetId: string }) {
  const [params, setParams] = useSearchParams()
  const building = params.has('new')
  const build = (on: boolean) => setParams(on ? { new: '' } : {})
  const opened = params.get('view') ?? undefined
  const open = (id: string | undefined) => setParams(id ? { view: id } : {}, { replace: true })
  if (building)
    return (
      <Suspense fallback={<RowSkeletons rows={3} />}>
        <Builder datasetId={datasetId} onDone={() => build(false)} />
      </Suspense>
    )
  return <ViewsTable datasetId={datasetId} opened={opened} onOpen={open} onNew={() => build(true)} />
}

interface ViewsTableProps {
  datasetId: string
  opened: string | undefined
  onOpen: (id: string | undefined) => void
  onNew: () => void
}

function ViewsTable({ datasetId, opened, onOpen, onNew }: ViewsTableProps) {
  const { data: views, error, refetch } = useViews(datasetId)
  const toggle = (id: string) => onOpen(opened === id ? undefined : id)
  useKeys('Views', [{ keys: 'n', does: 'New view', run: onNew }])
  const current = useListKeys(
    'Views',
    views?.length ?? 0,
    i => document.querySelector(`[data-view="${views?.[i]?.id}"]`),
    [{ keys: 'Enter', does: 'Show what it found', run: i => toggle(views![i]!.id) }],
  )
  const newView = (
    <Button leftSection={<IconPlus size={18} />} onClick={onNew}>
      New view
    </Button>
  )
  if (error && !views) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!views) return <RowSkeletons rows={4} />
  if (views.length === 0)
    return (
      <EmptyState icon={IconEyePlus} title="Nothing is watched yet" action={newView}>
        A view is a filter with a name. Each batch that comes in is held against it, and when something
        matches, everybody who may see the dataset is told.
      </EmptyState>
    )
  return (
    <>
      <Group justify="space-between" mb="sm">
        <span className={`${classes.total} figures`}>{count(views.length, 'view')}</span>
        {newView}
      </Group>
      <div className={classes.frame}>
        <Table verticalSpacing={10} horizontalSpacing="sm" className={classes.table}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th className={classes.number}>Total results</Table.Th>
              <Table.Th className={classes.medium}>Last result</Table.Th>
              <Table.Th className={classes.wide}>Created</Table.Th>
              <Table.Th className={classes.wide}>Created by</Table.Th>
              <Table.Th className={classes.bell}>Monitoring</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {views.map((view, i) => (
              <ViewRow
                key={view.id}
                view={view}
                current={i === current}
                opened={opened === view.id}
                onToggle={() => toggle(view.id)}
              />
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </>
  )
}
