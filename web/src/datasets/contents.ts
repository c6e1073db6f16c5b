import type { Dataset } from '@belfry/client'
import { count } from '../shared/count.ts'

/** `1,000 pictures`, and of the rest only what there is. */
export const contentsOf = ({ n_images, n_objects, n_videos }: Dataset): string[] => [
  count(n_images, 'picture'),
  ...(n_objects > 0 ? [count(n_objects, 'object')] : []),
  ...(n_videos > 0 ? [count(n_videos, 'video')] : []),
]
