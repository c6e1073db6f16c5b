// What is marked on a picture: a frame around each object, and its labels where there is room to read them.
import type { MediaDetail } from '@belfry/client'
import type { Box } from './likeness.ts'
import classes from './picture.module.css'
import type { Size } from './picture.tsx'

interface BoxesProps {
  objects: MediaDetail['objects']
  size: Size
  /** Pixels of the screen for one of the picture. */
  scale: number
  /** The frames are of what is looked at, not of all that is on the picture. */
  chosen: boolean
  labelled: boolean
}

const labelPx = 13

export function Boxes({ objects, size, scale, chosen, labelled }: BoxesProps) {
  // One that lies beside the picture would leave its label hanging in the air.
  const shown = objects
    .map(({ bounding_box, ...object }) => ({ ...object, box: bounding_box as Box }))
    .filter(
      ({ box: [x, y, width, height] }) =>
        x < size.width && y < size.height && x + width > 0 && y + height > 0,
    )
  if (shown.length === 0) return null
  const label = labelPx / scale
  return (
    <svg viewBox={`0 0 ${size.width} ${size.height}`} role="img" aria-label={`Boxes: ${shown.length}`}>
      {shown.map(({ media_id, labels, box: [x, y, width, height] }) => (
        <g key={media_id}>
          <rect
            x={x}
            y={y}
            width={width}
            height={height}
            data-chosen={chosen || undefined}
            vectorEffect="non-scaling-stroke"
          >
            <title>{labels.join(', ')}</title>
          </rect>
          {labelled && scale > 0 && (
            <text
              className={classes.label}
              x={Math.max(0, x) + label * 0.3}
              // Above the frame, or inside where the picture ends.
              y={y > label * 1.3 ? y - label * 0.4 : Math.max(0, y) + label * 1.2}
              fontSize={label}
              strokeWidth={label / 4}
            >
              {labels.join(', ')}
            </text>
          )}
        </g>
      ))}
    </svg>
  )
}
