import type { Dataset } from '@belfry/client'
import { Badge, Text } from '@mantine/core'
import { IconPhoto } from '@tabler/icons-react'
import { Link } from 'wouter'
import { count, figure } from '../shared/count.ts'
import { Thumb } from '../shared/thumb.tsx'
import { Age } from '../shared/time.tsx'
import classes from './page.module.css'
import { Busy, Status } from './status.tsx'

interface CardProps {
  dataset: Dataset
  covers: string[]
  unread: number
  current: boolean
}

export function DatasetCard({ dataset, covers, unread, current }: CardProps) {
  const { id, display_name, n_images, n_objects, n_videos, created_at } = dataset
  return (
    <article className={classes.card} data-dataset={id} data-current={current || undefined}>
      <div className={classes.covers} data-count={Math.min(covers.length, 4)} aria-hidden="true">
        {covers.length === 0 ? (
          <IconPhoto size={40} stroke={1.2} />
        ) : (
          covers.map(uri => <Thumb key={uri} src={uri} alt="" className={classes.cover} />)
        )}
      </div>
      <div className={classes.about}>
        <div className={classes.line}>
          <Link href={`/datasets/${id}`} className={`${classes.link} name`}>
            {display_name}
          </Link>
          {unread > 0 && (
            <Badge
              color="pink.8"
              miw={28}
              style={{ flex: 'none' }}
              className="figures"
              aria-label={count(unread, 'unread alert')}
            >
              {figure(unread)}
            </Badge>
          )}
        </div>
        <Text size="sm" c="dimmed" className="figures">
          {count(n_images, 'picture')}
          {n_objects > 0 && ` · ${count(n_objects, 'object')}`}
          {n_videos > 0 && ` · ${count(n_videos, 'video')}`}
        </Text>
        <div className={classes.line}>
          <Text size="xs" c="dimmed">
            Created <Age at={created_at} />
          </Text>
          <Status dataset={dataset} />
        </div>
        <Busy dataset={dataset} />
      </div>
    </article>
  )
}
