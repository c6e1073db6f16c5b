import { Modal, type ModalProps } from '@mantine/core'
import { KeyLayer } from '../keyboard/layer.tsx'

/** A window over the page, with the keys to itself. */
export const Dialog = ({ children, ...props }: ModalProps) => (
  <Modal closeButtonProps={{ 'aria-label': 'Close' }} {...props}>
    <KeyLayer>{children}</KeyLayer>
  </Modal>
)
