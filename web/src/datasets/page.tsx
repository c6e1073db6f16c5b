// The reader's datasets, as cards; and the way to a new one.
import { Button, Group, Skeleton, TextInput, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconFilterOff, IconPhotoPlus, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useKeys } from '../keyboard/keys.ts'
import { count } from '../shared/count.ts'
import { useListKeys } from '../shared/list-keys.ts'
import { EmptyState, ErrorState } from '../shared/states.tsx'
import { DatasetCard } from './card.tsx'
import { CreateDataset } from './create.tsx'
import { useCovers, useDatasetList, useUnreadOf } from './datasets.ts'
import classes from './page.module.css'

/** With fewer, the eye is faster than a search. */
const searchFrom = 7

export function DatasetsPage() {
  const [, go] = useLocation()
  const { data, error, refetch } = useDatasetList()
  const covers = useCovers()
  const unread = useUnreadOf()
  const [search, setSearch] = useState('')
  const [creating, { open, close }] = useDisclosure()
  const wanted = search.trim().toLowerCase()
  const datasets = (data ?? []).filter(({ display_name }) => display_name.toLowerCase().includes(wanted))
  const current = useListKeys(
    'Datasets',
    datasets.length,
    i => document.querySelector(`[data-dataset="${datasets[i]?.id}"]`),
    [{ keys: 'Enter', does: 'Open the dataset', run: i => go(`/datasets/${datasets[i]!.id}`) }],
  )
  useKeys('Datasets', [{ keys: 'n', does: 'New dataset', run: open }])
  return (
    <>
      <Group justify="space-between" mb="lg">
        <div>
          <Title order={1} size="h2">
            Datasets
          </Title>
          <span className="figures" style={{ color: 'var(--ink-soft)', fontSize: 14 }}>
            {data ? count(data.length, 'dataset') : ' '}
          </span>
        </div>
        <Group gap="sm">
          {(data?.length ?? 0) >= searchFrom && (
            <TextInput
              aria-label="Find a dataset"
              placeholder="Find a dataset"
              value={search}
              onChange={({ currentTarget }) => setSearch(currentTarget.value)}
            />
          )}
          <Button leftSection={<IconPlus size={18} />} onClick={open}>
            New dataset
          </Button>
        </Group>
      </Group>
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <div className={classes.grid} role="status" aria-busy="true" aria-label="Loading">
          {['a', 'b', 'c', 'd'].map(key => (
            <Skeleton key={key} height={290} radius="lg" />
          ))}
        </div>
      ) : data.length === 0 ? (
        <EmptyState
          icon={IconPhotoPlus}
          title="No dataset yet"
          action={<Button onClick={open}>Make the first one</Button>}
        >
          A dataset is pictures that grow batch by batch. Drop a folder or an archive to begin; views then
          watch everything that is added.
        </EmptyState>
      ) : datasets.length === 0 ? (
        <EmptyState icon={IconFilterOff} title="No dataset has this in its name" />
      ) : (
        <div className={classes.grid}>
          {datasets.map((dataset, i) => (
            <DatasetCard
              key={dataset.id}
              dataset={dataset}
              covers={covers.get(dataset.id) ?? []}
              unread={unread.get(dataset.id) ?? 0}
              current={i === current}
            />
          ))}
        </div>
      )}
      <CreateDataset opened={creating} onClose={close} />
    </>
  )
}
