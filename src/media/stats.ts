// What is in a dataset, in numbers.
import sql, { join, raw } from 'sql-template-tag'
import type { Queryable } from '../db/database.ts'
import { issueNames } from './issue-names.ts'

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
type IssueCounts = Record<(typeof issueNames)[number], number>
export type DatasetStats = KindCounts & { issues: IssueCounts; labels: { label: string; count: number }[] }

export async function statsOf(db: Queryable, datasetId: string): Promise<DatasetStats> {
  const issues = issueNames.map(name => raw(`'${name}', count(*) filter (where ready and ${name} >= 0.5)`))
  const [counts] = await db.query<KindCounts & { issues: IssueCounts }>(sql`
    select count(*) filter (where ready and kind = 'IMAGE') as n_images,
           count(*) filter (where ready and kind = 'VIDEO') as n_videos,
           count(*) filter (where ready and kind = 'VIDEO_FRAME') as n_video_frames,
           count(*) filter (where ready and kind = 'OBJECT') as n_objects,
           count(*) filter (where state = 'failed' and kind <> 'OBJECT') as n_failed,
           count(*) filter (where ready and kind in ('IMAGE', 'VIDEO_FRAME') and labels = '{}') as n_unlabelled,
           coalesce(sum(bytes) filter (where ready and kind in ('IMAGE', 'VIDEO')), 0)::bigint as bytes,
           json_build_object(${join(issues)}) as issues
    from (select *, state = 'ready' as ready from items where dataset_id = ${datasetId}) as items`)
  const labels = await db.query<{ label: string; count: number }>(sql`
    select label, count(*) as count from items, unnest(labels) as label
    where dataset_id = ${datasetId} and state = 'ready' group by label order by count(*) desc, label limit ${topLabels}`)
  return { ...counts!, labels }
}
