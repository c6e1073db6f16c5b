// The picture as it was sent, with the boxes of what is in it.
import type { MediaDetail, MediaPreview } from '@belfry/client'
import { Text } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { type ReactNode, useState } from 'react'
import { Boxes } from './boxes.tsx'
import classes from './picture.module.css'

export interface Size {
  width: number
  height: number
}

interface PictureProps {
  item: MediaPreview
  objects: MediaDetail['objects']
  large?: boolean
  /** Over it instead of the boxes, in pixels of the picture. */
  over?: ((size: Size) => ReactNode) | undefined
  onClick?: () => void
}

export function Picture({ item, objects, large = false, over, onClick }: PictureProps) {
  const [size, setSize] = useState<Size & { uri: string }>()
  const [failed, setFailed] = useState<string>()
  const { ref, width, height } = useElementSize<HTMLDivElement>()
  const { media_uri, bounding_box, media_id } = item
  const boxes = bounding_box ? [{ media_id, labels: item.labels, bounding_box }] : objects
  if (failed === media_uri)
    return (
      <Text size="sm" c="dimmed" ta="center" py="xl">
        The picture cannot be shown here.
      </Text>
    )
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: a button beside does the same
    <div
      ref={ref}
      className={classes.picture}
      data-large={large || undefined}
      data-opens={!!onClick}
      onClick={onClick}
    >
      <img
        key={media_uri}
        src={media_uri}
        alt={item.caption ?? item.file_name}
        onError={() => setFailed(media_uri)}
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
          setSize({ uri: media_uri, width: naturalWidth, height: naturalHeight })
        }
      />
      {size?.uri === media_uri &&
        (over ? (
          over(size)
        ) : (
          <Boxes
            objects={boxes}
            size={size}
            scale={Math.min(width / size.width, height / size.height)}
            chosen={bounding_box !== null}
            labelled={large || bounding_box !== null}
          />
        ))}
    </div>
  )
}
