// What is in the dataset, how it came in, and where to add to it.
import type { Dataset } from '@belfry/client'
import { mayEdit, useDataset, useRole } from '../datasets/datasets.ts'
import { figure } from '../shared/count.ts'
import { Activity } from './activity.tsx'
import { AddMedia } from './add-media.tsx'
import { useBatches } from './batches.ts'
import classes from './data-tab.module.css'
import { Timeline } from './timeline.tsx'

export function DataTab({ datasetId }: { datasetId: string }) {
  const { data: dataset } = useDataset(datasetId)
  const role = useRole(datasetId)
  const batches = useBatches(datasetId)
  return (
    <div className={classes.columns}>
      <div className={classes.main}>
        <dl className={classes.counts}>
          {countsOf(dataset, batches.total).map(([name, n]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="figures">{n === undefined ? '–' : figure(n)}</dd>
            </div>
          ))}
        </dl>
        <Timeline datasetId={datasetId} pages={batches} />
      </div>
      <aside className={classes.aside}>
        {dataset && mayEdit(role) && <AddMedia dataset={dataset} />}
        <Activity datasetId={datasetId} />
      </aside>
    </div>
  )
}

const countsOf = (dataset: Dataset | undefined, batches: number | undefined) =>
  [
    ['Pictures', dataset?.n_images],
    ['Objects', dataset?.n_objects],
    ['Videos', dataset?.n_videos],
    ['Batches', batches],
  ] as const
