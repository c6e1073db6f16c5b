import { ActionIcon, Group, Text } from '@mantine/core'
import { IconChevronLeft, IconChevronRight, IconX } from '@tabler/icons-react'
import type { ComponentType } from 'react'
import { figure } from '../shared/count.ts'
import classes from './details.module.css'

interface DetailsHeadProps {
  index: number
  total: number
  onStep: (by: number) => void
  onClose: () => void
}

export const DetailsHead = ({ index, total, onStep, onClose }: DetailsHeadProps) => (
  <div className={classes.detailsHead}>
    <Text size="sm" c="dimmed" className="figures" role="status">
      {figure(index + 1)} of {figure(total)}
    </Text>
    <Group gap={2} wrap="nowrap">
      <Act does="Previous item" icon={IconChevronLeft} disabled={index === 0} onClick={() => onStep(-1)} />
      <Act does="Next item" icon={IconChevronRight} disabled={index >= total - 1} onClick={() => onStep(1)} />
      <Act does="Close the details" icon={IconX} onClick={onClose} />
    </Group>
  </div>
)

interface ActProps {
  does: string
  icon: ComponentType<{ size?: number }>
  disabled?: boolean
  onClick: () => void
}

export const Act = ({ does, icon: Icon, disabled = false, onClick }: ActProps) => (
  <ActionIcon variant="subtle" color="gray" aria-label={does} disabled={disabled} onClick={onClick}>
    <Icon size={18} />
  </ActionIcon>
)
