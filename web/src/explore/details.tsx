// All that is known of one place of the grid, beside it; on a phone over it.
import type { VqlItem } from '@belfry/client'
import { Drawer, Skeleton, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useKeys } from '../keyboard/keys.ts'
import { KeyLayer } from '../keyboard/layer.tsx'
import type { Exploring } from './address.ts'
import classes from './details.module.css'
import { DetailsHead } from './details-head.tsx'
import { ItemDetails } from './item-details.tsx'
import { usePlaces, useTotal } from './pages.ts'

interface DetailsProps {
  datasetId: string
  exploring: Exploring
  index: number
  wide: boolean
  onIndex: (index: number | undefined) => void
  onFilter: (item: VqlItem) => void
  onLike: (item: VqlItem) => void
}

export function Details({ wide, ...props }: DetailsProps) {
  const close = () => props.onIndex(undefined)
  if (wide)
    return (
      <aside className={classes.details} aria-label="Details">
        <Content {...props} />
      </aside>
    )
  return (
    <Drawer.Root opened onClose={close} position="bottom" size="92%" closeOnEscape={false}>
      <Drawer.Overlay backgroundOpacity={0.4} />
      <Drawer.Content aria-label="Details">
        <Drawer.Body pt="md">
          <KeyLayer>
            <Content {...props} />
          </KeyLayer>
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  )
}

function Content({ datasetId, exploring, index, onIndex, ...acts }: Omit<DetailsProps, 'wide'>) {
  const total = useTotal(datasetId, exploring) ?? 0
  const place = usePlaces(datasetId, exploring, index, index)(index)
  const step = (by: number) => onIndex(Math.max(0, Math.min(total - 1, index + by)))
  const [isLarge, { open, close }] = useDisclosure()
  useKeys('Details', [
    { keys: 'ArrowRight', does: 'Next item', run: () => step(1) },
    { keys: 'ArrowLeft', does: 'Previous item', run: () => step(-1) },
    { keys: 'v', does: place?.items[0].video_uri ? 'Play the video' : 'Large picture', run: open },
    { keys: 'Escape', does: 'Close the details', run: () => onIndex(undefined) },
  ])
  return (
    <>
      <DetailsHead index={index} total={total} onStep={step} onClose={() => onIndex(undefined)} />
      {place === undefined ? (
        <Skeleton height={360} />
      ) : place === null ? (
        <Text size="sm" c="dimmed" ta="center" py="xl">
          The alert counted it, and it was deleted since.
        </Text>
      ) : (
        <ItemDetails
          key={place.items[0].media_id}
          datasetId={datasetId}
          place={place}
          index={index}
          total={total}
          isLarge={isLarge}
          onStep={step}
          onLarge={open}
          onSmall={close}
          {...acts}
        />
      )}
    </>
  )
}
