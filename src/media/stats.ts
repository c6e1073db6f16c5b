// What is in a dataset, in numbers.
import sql from 'sql-template-tag'
import type { Queryable } from '../db/database.ts'

const topLabels = 100

interface KindCounts {
  n_images: number
  n_videos: number
  n_video_frames: number
  n_objects: number
  n_failed: number
  n_unlabelled: number
  bytes: number
}
type IssueCounts = Record<'blur' | 'dark' | 'bright' | 'normal', number>
export type DatasetStats = KindCounts & { issues: IssueCounts; labels: { label: string; count: number }[] }

export async function statsOf(db: Queryable, datasetId: string): Promise<DatasetStats> {
  const [counts] = await db.query<KindCounts & IssueCounts>(sql`
    select count(*) filter (where ready and kind = 'IMAGE') as n_images,
           count(*) filter (where ready and kind = 'VIDEO') as n_videos,
           count(*) filter (where ready and kind = 'VIDEO_FRAME') as n_video_frames,
           count(*) filter (where ready and kind = 'OBJECT') as n_objects,
           count(*) filter (where state = 'failed' and kind <> 'OBJECT') as n_failed,
           count(*) filter (where ready and kind in ('IMAGE', 'VIDEO_FRAME') and labels = '{}') as n_unlabelled,
           coalesce(sum(bytes) filter (where ready and kind in ('IMAGE', 'VIDEO')), 0)::bigint as bytes,
           count(*) filter (where ready and blur >= 0.5) as blur, count(*) filter (where ready and dark >= 0.5) as dark,
           count(*) filter (where ready and bright >= 0.5) as bright,
           count(*) filter (where ready and normal >= 0.5) as normal
    from (select *, state = 'ready' as ready from items where dataset_id = ${datasetId}) as items`)
  const { blur, dark, bright, normal, ...rest } = counts!
  const labels = await db.query<{ label: string; count: number }>(sql`
    select label, count(*) as count from items, unnest(labels) as label
    where dataset_id = ${datasetId} and state = 'ready' group by label order by count(*) desc, label limit ${topLabels}`)
  return { ...rest, issues: { blur, dark, bright, normal }, labels }
}
