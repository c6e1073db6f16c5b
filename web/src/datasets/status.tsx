// What a dataset is busy with, in the words of who waits for it.
import type { Dataset, DatasetStatus } from '@belfry/client'
import { Badge, Progress } from '@mantine/core'

const states: Record<DatasetStatus, { label: string; color: string }> = {
  DRAFT: { label: 'Empty', color: 'gray' },
  INDEXING: { label: 'Indexing', color: 'blue' },
  'READ ONLY': { label: 'Working', color: 'blue' },
  'PARTIAL INDEX': { label: 'Partly indexed', color: 'amber' },
  READY: { label: 'Ready', color: 'verdigris' },
  ERROR: { label: 'Failed', color: 'red' },
}

export const isBusy = ({ status_new }: Dataset): boolean =>
  status_new === 'INDEXING' || status_new === 'READ ONLY'

export function Status({ dataset: { status_new } }: { dataset: Dataset }) {
  const { label, color } = states[status_new]
  return (
    <Badge variant="light" color={color} tt="none" fw={600} style={{ flex: 'none' }}>
      {label}
    </Badge>
  )
}

/** Its room is kept while nothing is to be shown, so that the card does not grow. */
export const Busy = ({ dataset }: { dataset: Dataset }) => (
  <div style={{ height: 6 }}>
    {isBusy(dataset) && (
      <Progress
        size={6}
        value={dataset.progress}
        animated
        aria-label={`Progress of ${dataset.display_name}`}
        transitionDuration={400}
      />
    )}
  </div>
)
