// One picture as large as the window.
import type { ComponentProps } from 'react'
import { useKeys } from '../keyboard/keys.ts'
import { figure } from '../shared/count.ts'
import { Dialog } from '../shared/dialog.tsx'
import classes from './picture.module.css'
import { Picture } from './picture.tsx'

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
      title={
        <>
          <span className="name">{item.caption ?? item.file_name}</span>{' '}
          <span className={`${classes.soft} figures`}>
            {figure(index + 1)} of {figure(total)}
          </span>
        </>
      }
      closeButtonProps={{ 'aria-label': 'Close the large picture' }}
    >
      <Keys onStep={onStep} onClose={onClose} />
      <Picture item={item} objects={objects} large />
    </Dialog>
  )
}

function Keys({ onStep, onClose }: Pick<ViewerProps, 'onStep' | 'onClose'>) {
  useKeys('Large picture', [
    { keys: 'ArrowRight', does: 'Next item', run: () => onStep(1) },
    { keys: 'ArrowLeft', does: 'Previous item', run: () => onStep(-1) },
    { keys: 'Escape', does: 'Close the large picture', run: onClose },
  ])
  return null
}
