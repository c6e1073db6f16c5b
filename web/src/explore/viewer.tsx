// One picture as large as the window; of a frame, the video it was taken from.
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import type { ComponentProps } from 'react'
import { useKeys } from '../keyboard/keys.ts'
import { figure } from '../shared/count.ts'
import { Dialog } from '../shared/dialog.tsx'
import { Act } from './details-head.tsx'
import classes from './picture.module.css'
import { Picture } from './picture.tsx'
import { Video } from './video.tsx'

interface ViewerProps extends Pick<ComponentProps<typeof Picture>, 'item' | 'objects'> {
  index: number
  total: number
  opened: boolean
  onStep: (by: number) => void
  onClose: () => void
}

export function Viewer({ item, objects, index, total, opened, onStep, onClose }: ViewerProps) {
  return (
    <Dialog
      opened={opened}
      onClose={onClose}
      closeOnEscape={false} // it is one of our keys
      fullScreen
      styles={{ title: { flex: 1, minWidth: 0 } }}
      title={
        <div className={classes.head}>
          <span className="name">{item.caption ?? item.file_name}</span>{' '}
          <span className={`${classes.soft} figures`}>
            {figure(index + 1)} of {figure(total)}
          </span>
          <span className={classes.steps}>
            <Act
              does="Previous item"
              icon={IconChevronLeft}
              disabled={index === 0}
              onClick={() => onStep(-1)}
            />
            <Act
              does="Next item"
              icon={IconChevronRight}
              disabled={index >= total - 1}
              onClick={() => onStep(1)}
            />
          </span>
        </div>
      }
      closeButtonProps={{ 'aria-label': 'Close the large picture' }}
    >
      <Keys onStep={onStep} onClose={onClose} />
      {isOfVideo(item) ? (
        <Video key={item.video_uri} item={item} frame={<Picture item={item} objects={objects} large />} />
      ) : (
        <Picture item={item} objects={objects} large />
      )}
    </Dialog>
  )
}

const isOfVideo = (item: ViewerProps['item']): item is ComponentProps<typeof Video>['item'] =>
  item.video_uri !== null

function Keys({ onStep, onClose }: Pick<ViewerProps, 'onStep' | 'onClose'>) {
  useKeys('Large picture', [
    { keys: 'ArrowRight', does: 'Next item', run: () => onStep(1) },
    { keys: 'ArrowLeft', does: 'Previous item', run: () => onStep(-1) },
    { keys: 'Escape', does: 'Close the large picture', run: onClose },
  ])
  return null
}
