// What a view looks for, what it found batch by batch, and what matches it now.
import type { SavedView } from '@belfry/client'
import { Alert, Anchor, Button, Group, Skeleton, Switch, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { lazy, Suspense, useMemo } from 'react'
import { Link } from 'wouter'
import { exploreAddress } from '../explore/address.ts'
import { FilterBadges } from '../filters/badges.tsx'
import { Confirm } from '../shared/confirm.tsx'
import { count } from '../shared/count.ts'
import { Dialog } from '../shared/dialog.tsx'
import { TileSkeletons } from '../shared/skeletons.tsx'
import { sentenceOf } from '../shared/states.tsx'
import { Thumb } from '../shared/thumb.tsx'
import { Age } from '../shared/time.tsx'
import { Bars } from './bars.tsx'
import classes from './tab.module.css'
import { barsOf } from './trend.ts'
import { useDeleteView, useMatching, useMonitoring, useTrend } from './views.ts'

const WholeTrend = lazy(async () => ({ default: (await import('./whole-trend.tsx')).WholeTrend }))
/** As reviewers know it. */
const shownBars = 8

export function Details({ view }: { view: SavedView }) {
  const trend = useTrend(view)
  const matching = useMatching(view)
  const [whole, { open, close }] = useDisclosure()
  const monitoring = useMonitoring()
  const remove = useDeleteView()
  const bars = useMemo(() => trend.data && barsOf(trend.data), [trend.data])
  const total = matching.data?.metadata.total
  return (
    <div className={classes.details}>
      <Group justify="space-between" className={classes.full} gap="sm">
        <FilterBadges datasetId={view.dataset_id} filters={view.filters} />
        <Button
          component={Link}
          href={exploreAddress(view.dataset_id, { filters: view.filters })}
          variant="light"
        >
          Explore results
        </Button>
      </Group>
      {view.evaluation_error && (
        <Alert color="amber" variant="light" className={classes.full} title="The last batch was not counted">
          <span className="name">{view.evaluation_error}</span>
        </Alert>
      )}
      <section aria-label={`Trend of ${view.name}`}>
        <Group justify="space-between" align="baseline" mb={4}>
          <Text size="sm" fw={600}>
            {bars && bars.length > shownBars ? `The last ${shownBars} batches` : 'Matches per batch'}
          </Text>
          {bars && bars.length > 0 && (
            <Anchor component="button" type="button" size="sm" onClick={open}>
              Whole trend
            </Anchor>
          )}
        </Group>
        {!view.monitoring_enabled ? (
          <Text size="sm" c="dimmed">
            It is not monitored, so new batches are not counted.
          </Text>
        ) : trend.error ? (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {sentenceOf(trend.error)}
          </Text>
        ) : !bars ? (
          <Skeleton height={120} />
        ) : bars.length === 0 ? (
          <Text size="sm" c="dimmed">
            The next batch makes the first point.
          </Text>
        ) : (
          <Bars points={bars.slice(-shownBars)} />
        )}
      </section>
      <section aria-label={`Matching ${view.name}`}>
        <Text size="sm" fw={600} mb={6} className="figures">
          {total === undefined ? 'Matching now' : `${count(total, 'match')} in the whole dataset`}
        </Text>
        <div className={classes.thumbs}>
          {matching.data
            ? matching.data.clusters.flatMap(({ previews }) =>
                previews.map(({ media_id, media_thumb_uri, caption, file_name }) => (
                  <Thumb key={media_id} src={media_thumb_uri} alt={caption ?? file_name} />
                )),
              )
            : !matching.error && <TileSkeletons tiles={6} />}
        </div>
        {matching.error && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {sentenceOf(matching.error)}
          </Text>
        )}
      </section>
      <Group justify="space-between" className={classes.full} gap="sm">
        <Text size="xs" c="dimmed" className="name">
          Created <Age at={view.created_at} /> by {view.created_by?.name ?? 'somebody who left'}
        </Text>
        <Group gap="md">
          <Switch
            label="Count new batches"
            checked={view.monitoring_enabled}
            onChange={({ currentTarget }) => monitoring.mutate({ view, change: currentTarget.checked })}
          />
          <Confirm
            label="Delete"
            title={`Delete the view?`}
            does="Delete the view"
            color="red.9"
            loading={remove.isPending}
            onConfirm={() => remove.mutate({ view, change: null })}
          >
            <span className="name">“{view.name}”</span> and its trend go, for everybody. Past alerts stay in
            the inbox.
          </Confirm>
        </Group>
      </Group>
      <Dialog
        opened={whole}
        onClose={close}
        size="xl"
        title={<span className="name">{view.name}: matches per batch</span>}
      >
        <Suspense fallback={<Skeleton height={320} />}>{bars && <WholeTrend bars={bars} />}</Suspense>
      </Dialog>
    </div>
  )
}
