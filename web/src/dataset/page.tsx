// One dataset: its head, and the tabs below it. Each tab's code is loaded when it is opened.
import { Anchor, Group, Skeleton, Text, Title } from '@mantine/core'
import { type ComponentType, lazy, Suspense } from 'react'
import { Link, useLocation } from 'wouter'
import { contentsOf } from '../datasets/contents.ts'
import { useDataset } from '../datasets/datasets.ts'
import { Busy, Status } from '../datasets/status.tsx'
import { useKeys } from '../keyboard/keys.ts'
import { NotFound } from '../layout/not-found.tsx'
import { Titled } from '../layout/titled.tsx'
import { ErrorState } from '../shared/states.tsx'
import { Actions } from './actions.tsx'
import { DataTab } from './data-tab.tsx'
import classes from './page.module.css'

interface Tab {
  path: string
  title: string
  key: string
  tab: ComponentType<{ datasetId: string }>
}

const tabs: Tab[] = [
  { path: '', title: 'Data', key: '1', tab: DataTab },
  {
    path: 'views',
    title: 'Views',
    key: '2',
    tab: lazy(async () => ({ default: (await import('../views/tab.tsx')).ViewsTab })),
  },
  {
    path: 'explore',
    title: 'Explore',
    key: '3',
    tab: lazy(async () => ({ default: (await import('../explore/tab.tsx')).ExploreTab })),
  },
  {
    path: 'tasks',
    title: 'Tasks',
    key: '4',
    tab: lazy(async () => ({ default: (await import('./tasks-tab.tsx')).TasksTab })),
  },
]

export function DatasetPage({ params }: { params: { datasetId: string; tab?: string } }) {
  const { datasetId, tab: chosen = '' } = params
  const [, go] = useLocation()
  const { data: dataset, error, refetch } = useDataset(datasetId)
  const tab = tabs.find(({ path }) => path === chosen)
  const addressOf = (path: string) => `/datasets/${datasetId}${path && `/${path}`}`
  useKeys(
    'Dataset',
    tabs.map(({ path, title, key }) => ({ keys: key, does: title, run: () => go(addressOf(path)) })),
  )
  if (!tab) return <NotFound />
  if (error && !dataset) return <ErrorState error={error} onRetry={() => void refetch()} />
  return (
    <Titled title={dataset ? `${dataset.display_name}: ${tab.title}` : tab.title}>
      <Anchor component={Link} href="/datasets" size="sm">
        ← Datasets
      </Anchor>
      <header className={classes.head}>
        <div style={{ minWidth: 0 }}>
          <Group gap={10} wrap="nowrap" align="flex-start">
            <Title order={1} size="h2" className="name">
              {dataset?.display_name ?? <Skeleton height={28} width={180} my={5} />}
            </Title>
            {dataset && <Status dataset={dataset} />}
          </Group>
          <Text size="sm" c="dimmed" className="figures">
            {dataset ? contentsOf(dataset).join(' · ') : ' '}
          </Text>
        </div>
        {dataset && <Actions dataset={dataset} />}
      </header>
      {dataset?.fatal_error_msg && (
        <Text c="var(--mantine-color-error)" size="sm" role="alert" mb="xs" className="name">
          {dataset.fatal_error_msg}
        </Text>
      )}
      <nav className={classes.tabs} aria-label="Dataset">
        {tabs.map(({ path, title }) => (
          <Link
            key={path}
            href={addressOf(path)}
            className={classes.tab}
            aria-current={path === chosen ? 'page' : undefined}
          >
            {title}
          </Link>
        ))}
      </nav>
      {dataset ? <Busy dataset={dataset} /> : <div style={{ height: 6 }} />}
      <div className={classes.content}>
        <Suspense fallback={null}>
          <tab.tab datasetId={datasetId} />
        </Suspense>
      </div>
    </Titled>
  )
}
