import { Skeleton } from '@mantine/core'
import classes from './skeletons.module.css'

const places = (n: number) => Array.from({ length: n }, (_, i) => `place ${i}`)

/** As tall as the rows that will be there, so that nothing jumps. */
export const RowSkeletons = ({ rows }: { rows: number }) => (
  <div role="status" aria-busy="true" aria-label="Loading">
    {places(rows).map(key => (
      <div key={key} className={classes.row}>
        <Skeleton height={14} width="45%" />
        <Skeleton height={12} width="30%" />
        <Skeleton height={48} width="70%" mt={6} />
      </div>
    ))}
  </div>
)

export const TileSkeletons = ({ tiles }: { tiles: number }) =>
  places(tiles).map(key => <Skeleton key={key} style={{ aspectRatio: 1 }} height="auto" aria-hidden="true" />)
