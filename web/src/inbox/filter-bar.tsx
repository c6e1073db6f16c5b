import { Button, Group, SegmentedControl, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { keys } from '../queries.ts'
import { useDatasets } from '../shared/datasets.ts'
import type { InboxChoice } from './filter.ts'
import { isNarrowed } from './filter.ts'

interface FilterBarProps {
  choice: InboxChoice
  onChoose: (change: Partial<InboxChoice>) => void
}

export function FilterBar({ choice, onChoose }: FilterBarProps) {
  const datasets = useDatasets()
  const views = useQuery({
    queryKey: [...keys.dataset(choice.dataset ?? ''), 'views'],
    queryFn: () => api.views.list(choice.dataset!),
    enabled: choice.dataset !== null,
  }).data
  return (
    <Group gap="sm" mb="md" align="flex-end" role="search" aria-label="Narrow the inbox">
      <SegmentedControl
        aria-label="Read or unread"
        value={choice.unread ? 'unread' : 'all'}
        onChange={value => onChoose({ unread: value === 'unread' })}
        data={[
          { value: 'all', label: 'All' },
          { value: 'unread', label: 'Unread' },
        ]}
      />
      <Select
        aria-label="Dataset"
        placeholder="Every dataset"
        data={datasets.map(({ id, display_name }) => ({ value: id, label: display_name }))}
        value={choice.dataset}
        onChange={dataset => onChoose({ dataset, view: null })}
        clearable
        searchable
        w={190}
      />
      {choice.dataset && (
        <Select
          aria-label="View"
          placeholder="Every view"
          data={(views ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={choice.view}
          onChange={view => onChoose({ view })}
          clearable
          searchable
          w={190}
        />
      )}
      <Group gap={6} wrap="nowrap">
        <TextInput
          type="date"
          aria-label="From this day on"
          value={choice.from ?? ''}
          max={choice.to ?? undefined}
          onChange={({ currentTarget }) => onChoose({ from: currentTarget.value || null })}
        />
        <span aria-hidden="true">–</span>
        <TextInput
          type="date"
          aria-label="Up to this day"
          value={choice.to ?? ''}
          min={choice.from ?? undefined}
          onChange={({ currentTarget }) => onChoose({ to: currentTarget.value || null })}
        />
      </Group>
      {isNarrowed(choice) && (
        <Button
          variant="subtle"
          onClick={() => onChoose({ unread: false, dataset: null, view: null, from: null, to: null })}
        >
          Show everything
        </Button>
      )}
    </Group>
  )
}
