import type { EntityType, SavedView } from '@belfry/client'
import { Badge, Group } from '@mantine/core'
import { entityNouns } from './entities.ts'
import { useTags } from './vocabulary.ts'
import { filterWords } from './words.ts'

/** What a view looks for. */
export function FilterBadges({ datasetId, filters }: { datasetId: string; filters: SavedView['filters'] }) {
  const tags = useTags(datasetId)
  const words = [
    ...(filters.caption ? [`text “${filters.caption}”`] : []),
    ...filters.vql.map(item => filterWords(item, tags)),
  ]
  const said = words.length > 0 ? words : [`every one of the ${entityWords(filters.entity_type)}`]
  return (
    <Group gap={6} role="group" aria-label="What it looks for">
      {filters.entity_type !== 'IMAGES' && words.length > 0 && (
        <Badge variant="light" tt="none" fw={550} size="lg">
          {entityWords(filters.entity_type)}
        </Badge>
      )}
      {said.map(text => (
        <Badge key={text} variant="default" tt="none" fw={500} size="lg" maw="100%">
          {text}
        </Badge>
      ))}
    </Group>
  )
}

const entityWords = (type: EntityType) => `${entityNouns[type]}s`
