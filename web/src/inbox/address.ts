import type { Notification } from '@belfry/client'

/** Where the very items are that an alert counted. */
export const alertAddress = ({ id, dataset_id }: Pick<Notification, 'id' | 'dataset_id'>): string =>
  dataset_id ? `/datasets/${dataset_id}/explore?alert=${id}` : `/alerts/${id}`
