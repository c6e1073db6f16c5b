// How many alerts are unread in which dataset; choosing one narrows the list to it.
import { Chip, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { keys } from '../queries.ts'
import { figure } from '../shared/count.ts'
import { useDatasetNames } from '../shared/datasets.ts'
import classes from './panel.module.css'

/** As many as fit in two lines of the panel. */
const maxChips = 6

interface UnreadByDatasetProps {
  chosen: string | undefined
  onChoose: (datasetId: string | undefined) => void
}

export function UnreadByDataset({ chosen, onChoose }: UnreadByDatasetProps) {
  const counts = useQuery({ queryKey: keys.unreadByDataset, queryFn: api.notifications.unreadCounts }).data
  const names = useDatasetNames()
  const known = (counts ?? []).filter(({ dataset_id }) => dataset_id && names.has(dataset_id))
  if (known.length < 2 && !chosen) return null
  const chips = known.slice(0, maxChips)
  return (
    <Group gap={6} role="group" aria-label="Narrow to a dataset">
      {chips.map(({ dataset_id, count }) => (
        <Chip
          key={dataset_id}
          size="xs"
          variant="light"
          className={classes.chip}
          checked={chosen === dataset_id}
          onChange={on => onChoose(on ? dataset_id! : undefined)}
        >
          <span className={classes.chipName}>{names.get(dataset_id!)}</span>
          <span>· {figure(count)}</span>
        </Chip>
      ))}
      {chosen && !chips.some(({ dataset_id }) => dataset_id === chosen) && (
        <Chip size="xs" variant="light" className={classes.chip} checked onChange={() => onChoose(undefined)}>
          <span className={classes.chipName}>{names.get(chosen) ?? 'One dataset'}</span>
        </Chip>
      )}
    </Group>
  )
}
