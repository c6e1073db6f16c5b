import type { EntityType } from '@belfry/client'

export const entityChoices: { value: EntityType; label: string }[] = [
  { value: 'IMAGES', label: 'Pictures' },
  { value: 'OBJECTS', label: 'Objects' },
  { value: 'VIDEOS', label: 'Video frames' },
]

export const entityNouns: Record<EntityType, string> = {
  IMAGES: 'picture',
  OBJECTS: 'object',
  VIDEOS: 'video frame',
}
