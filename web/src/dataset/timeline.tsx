// The batches, latest first: what each brought, and which views it made alert. Both open exactly that in Explore.
import type { Batch } from '@belfry/client'
import { Anchor, Box, Progress, Text, Title } from '@mantine/core'
import { IconBellRinging, IconPhotoPlus } from '@tabler/icons-react'
import { Link, useLocation } from 'wouter'
import { exploreAddress } from '../explore/address.ts'
import { alertAddress } from '../inbox/address.ts'
import { count, figure } from '../shared/count.ts'
import { useListKeys } from '../shared/list-keys.ts'
import { More } from '../shared/more.tsx'
import { RowSkeletons } from '../shared/skeletons.tsx'
import { EmptyState, ErrorState } from '../shared/states.tsx'
import { Age } from '../shared/time.tsx'
import type { BatchPages } from './batches.ts'
import classes from './data-tab.module.css'

export function Timeline({ datasetId, pages }: { datasetId: string; pages: BatchPages }) {
  const { batches, error } = pages
  const [, go] = useLocation()
  const current = useListKeys(
    'Batches',
    batches?.length ?? 0,
    i => document.querySelector(`[data-batch="${batches?.[i]?.batch_id}"]`),
    [
      {
        keys: 'Enter',
        does: 'Show what it brought',
        run: i => go(exploreAddress(datasetId, { batch: batches![i]!.batch_id })),
      },
    ],
  )
  return (
    <section aria-label="Batches">
      <Title order={2} size="h4" className={classes.section}>
        Batches
      </Title>
      {error && !batches ? (
        <ErrorState error={error} onRetry={() => void pages.refetch()} />
      ) : !batches ? (
        <RowSkeletons rows={4} />
      ) : batches.length === 0 ? (
        <EmptyState icon={IconPhotoPlus} title="Nothing has come in yet">
          Each batch of media appears here, with the alerts it raised.
        </EmptyState>
      ) : (
        <ol className={classes.timeline}>
          {batches.map((batch, i) => (
            <BatchRow key={batch.batch_id} batch={batch} datasetId={datasetId} current={i === current} />
          ))}
        </ol>
      )}
      <More pages={pages} />
    </section>
  )
}

const ended = new Set(['COMPLETED', 'FAILED', 'ABORTED'])
const outcomes: Record<string, string> = { FAILED: 'failed', ABORTED: 'aborted' }

interface BatchRowProps {
  batch: Batch
  datasetId: string
  current: boolean
}

function BatchRow({ batch, datasetId, current }: BatchRowProps) {
  const { batch_id, n_images, n_objects, n_failed, n_alerts, alerts, task_status, created_by } = batch
  const at = batch.accepted_at ?? batch.evaluated_at
  const working = task_status !== null && !ended.has(task_status)
  const outcome = batch.state !== 'evaluated' && outcomes[task_status ?? '']
  return (
    <li
      className={classes.batch}
      data-alerts={n_alerts > 0 || undefined}
      data-batch={batch_id}
      data-current={current || undefined}
    >
      <div className={classes.batchHead}>
        <Anchor
          component={Link}
          href={exploreAddress(datasetId, { batch: batch_id })}
          fw={600}
          className="figures"
        >
          {working && n_images === 0 ? 'New batch' : count(n_images, 'picture')}
          {n_objects > 0 && `, ${count(n_objects, 'object')}`}
        </Anchor>
        <Text size="sm" c="dimmed" className="name">
          {at && <Age at={at} />}
          {created_by && ` by ${created_by}`}
        </Text>
        {n_failed > 0 && (
          <Anchor
            component={Link}
            href={`/datasets/${datasetId}/tasks`}
            size="sm"
            c="var(--mantine-color-error)"
            className="figures"
          >
            {figure(n_failed)} could not be read
          </Anchor>
        )}
        {outcome && (
          <Text size="sm" c="var(--mantine-color-error)">
            It {outcome}
          </Text>
        )}
      </div>
      {working && (
        <Progress
          value={batch.progress}
          size="sm"
          mt={8}
          animated
          aria-label="Progress of the batch"
          transitionDuration={400}
        />
      )}
      {alerts.length > 0 && (
        <Box className={classes.alerts} role="group" aria-label="Alerts">
          {alerts.map(({ notification_id: id, view_id, view_name, result_count, filters }) => (
            <Link
              key={view_id}
              className={classes.alert}
              // Who came to the dataset later has no list of what matched; the filters find about the same.
              href={
                id
                  ? alertAddress({ id, dataset_id: datasetId })
                  : exploreAddress(datasetId, { batch: batch_id, filters })
              }
            >
              <IconBellRinging size={15} stroke={1.8} />
              <span className="name">{view_name}</span>
              <b className="figures">{figure(result_count)}</b>
            </Link>
          ))}
          {n_alerts > alerts.length && (
            <Text size="sm" c="dimmed" className="figures">
              and {figure(n_alerts - alerts.length)} more
            </Text>
          )}
        </Box>
      )}
    </li>
  )
}
