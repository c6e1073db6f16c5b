// One picture as large as the window.
import { Modal } from '@mantine/core'
import type { ComponentProps } from 'react'
import { useKeys } from '../keyboard/keys.ts'
import { figure } from '../shared/count.ts'
import classes from './picture.module.css'
import { Picture } from './picture.tsx'

interface ViewerProps extends Pick<ComponentProps<typeof Picture>, 'item' | 'objects'> {
  index: number
  total: number
  opened: boolean
  onClose: () => void
}

export function Viewer({ item, objects, index, total, opened, onClose }: ViewerProps) {
  useKeys('Large picture', [{ keys: 'Escape', does: 'Close the large picture', run: onClose }], opened)
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      closeOnEscape={false} // it is one of our keys: the details behind would hear it too
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
      <Picture item={item} objects={objects} large />
    </Modal>
  )
}
