// The picture, what it is searched by from here, and the facts.
import type { VqlItem } from '@belfry/client'
import { Button, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api.ts'
import { keys } from '../queries.ts'
import { ErrorState } from '../shared/states.tsx'
import { Alike } from './alike.tsx'
import { Facts } from './facts.tsx'
import { type Box, like, usePartLikeness } from './likeness.ts'
import type { Place } from './pages.ts'
import { middleOf, PartPicker } from './part-picker.tsx'
import { Picture } from './picture.tsx'
import { Reasons } from './reasons.tsx'
import { Viewer } from './viewer.tsx'

interface ItemDetailsProps {
  datasetId: string
  place: Place
  index: number
  total: number
  isLarge: boolean
  onStep: (by: number) => void
  onLarge: () => void
  onSmall: () => void
  onFilter: (item: VqlItem) => void
  onLike: (item: VqlItem) => void
}

export function ItemDetails({ datasetId, place, onFilter, onLike, ...view }: ItemDetailsProps) {
  const { isLarge, onLarge, onSmall } = view
  const [shown, setShown] = useState(0)
  const item = place.items[shown] ?? place.items[0]
  /** null: nothing is drawn yet; undefined: nobody picks a part. */
  const [box, setBox] = useState<Box | null>()
  const part = usePartLikeness(datasetId, item.media_id, onLike)
  const detail = useQuery({
    queryKey: [...keys.dataset(datasetId), 'media', item.media_id],
    queryFn: () => api.media.get(datasetId, item.media_id),
  })
  const objects = detail.data?.objects ?? []
  const picking = box !== undefined
  return (
    <>
      <Reasons reasons={place.reasons} />
      <Picture
        item={item}
        objects={objects}
        onClick={picking ? undefined : onLarge}
        over={
          picking ? size => <PartPicker size={size} box={box ?? middleOf(size)} onBox={setBox} /> : undefined
        }
      />
      {picking ? (
        <Group gap={8} mt="sm">
          <Button
            size="compact-sm"
            disabled={box === null}
            loading={part.isPending}
            onClick={() => box && part.mutate(box)}
          >
            Search by this part
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => setBox(undefined)}>
            Leave it
          </Button>
        </Group>
      ) : (
        <Group gap={8} mt="sm">
          <Button size="compact-sm" variant="default" onClick={() => onLike(like('media', item.media_id))}>
            More like this
          </Button>
          {item.bounding_box === null && (
            <Button size="compact-sm" variant="default" onClick={() => setBox(null)}>
              More like a part
            </Button>
          )}
          <Button size="compact-sm" variant="default" onClick={onLarge}>
            {item.video_uri === null ? 'Enlarge' : 'Play the video'}
          </Button>
        </Group>
      )}
      <Alike place={place} shown={shown} onShow={setShown} />
      {detail.error ? (
        <ErrorState error={detail.error} onRetry={() => void detail.refetch()} />
      ) : (
        <Facts datasetId={datasetId} item={item} detail={detail.data} onFilter={onFilter} />
      )}
      <Viewer
        item={item}
        objects={objects}
        index={view.index}
        total={view.total}
        opened={isLarge}
        onStep={view.onStep}
        onClose={onSmall}
      />
    </>
  )
}
