// The picture as it was sent, with the boxes of what is in it.
import type { MediaDetail, MediaPreview } from '@belfry/client'
import { Text } from '@mantine/core'
import { type ReactNode, useState } from 'react'
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
    <div className={classes.picture} data-large={large || undefined} data-opens={!!onClick} onClick={onClick}>
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
        (over
          ? over(size)
          : boxes.length > 0 && (
              <svg
                viewBox={`0 0 ${size.width} ${size.height}`}
                role="img"
                aria-label={`Boxes: ${boxes.length}`}
              >
                {boxes.map(({ media_id: id, labels, bounding_box: [x, y, width, height] }) => (
                  <rect
                    key={id}
                    x={x}
                    y={y}
                    width={width}
                    height={height}
                    data-chosen={bounding_box !== null || undefined}
                    vectorEffect="non-scaling-stroke"
                  >
                    <title>{labels.join(', ')}</title>
                  </rect>
                ))}
              </svg>
            ))}
    </div>
  )
}
