// What a filter would have found on the last batches, before anybody saves it.
import type { ViewFilters } from '@belfry/client'
import { Skeleton, Text, Title } from '@mantine/core'
import { count, figure } from '../shared/count.ts'
import { sentenceOf } from '../shared/states.tsx'
import { Thumb } from '../shared/thumb.tsx'
import { Bars } from './bars.tsx'
import classes from './tab.module.css'
import { usePreview } from './views.ts'

export function PreviewPane({ datasetId, filters }: { datasetId: string; filters: ViewFilters }) {
  const { data, error, isPlaceholderData } = usePreview(datasetId, filters)
  return (
    <section className={classes.preview} aria-label="Preview" data-stale={isPlaceholderData || undefined}>
      <Title order={3} size="h5">
        Preview
      </Title>
      {error ? (
        <Text size="sm" c="var(--mantine-color-error)" role="alert" className="name">
          {sentenceOf(error)}
        </Text>
      ) : !data ? (
        <>
          <Skeleton height={32} width={160} />
          <Skeleton height={120} />
        </>
      ) : data.batches.length === 0 ? (
        <Text size="sm" c="dimmed">
          The dataset has no batch yet to try it on.
        </Text>
      ) : (
        <>
          <div role="status">
            <div className={`${classes.live} figures`}>{count(data.total, 'match')}</div>
            <Text size="sm" c="dimmed" className="figures">
              {data.batches.length === 1
                ? `On the last batch this would ${data.would_alert === 1 ? '' : 'not '}have alerted.`
                : `On the last ${figure(data.batches.length)} batches this would ${alerted(data.would_alert)}.`}
            </Text>
          </div>
          <Bars points={data.batches} />
          <div className={classes.thumbs}>
            {data.samples.map(({ media_id, media_thumb_uri, caption, file_name }) => (
              <Thumb key={media_id} src={media_thumb_uri} alt={caption ?? file_name} />
            ))}
          </div>
        </>
      )}
    </section>
  )
}

const alerted = (n: number) =>
  n === 0
    ? 'never have alerted'
    : `have alerted ${n === 1 ? 'once' : n === 2 ? 'twice' : `${figure(n)} times`}`
