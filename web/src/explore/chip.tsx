import { ActionIcon, Popover } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import type { ComponentType, ReactNode } from 'react'
import classes from './tab.module.css'

interface ChipProps {
  children: ReactNode
  icon?: ComponentType<{ size?: number; stroke?: number }>
  isStrong?: boolean
  /** What a screen reader hears that the cross takes away. */
  removes: string
  onRemove: () => void
}

export const Chip = ({ children, icon: Icon, isStrong = false, removes, onRemove }: ChipProps) => (
  <span className={classes.chip} data-strong={isStrong || undefined}>
    {Icon && <Icon size={15} stroke={1.8} />}
    <span>{children}</span>
    <Remove what={removes} onClick={onRemove} />
  </span>
)

interface OpeningChipProps {
  words: string
  /** Of the picture that is searched by. */
  thumb?: string | undefined
  opened: boolean
  onOpen: (on: boolean) => void
  onRemove: () => void
  children: ReactNode
}

export const OpeningChip = ({ words, thumb, opened, onOpen, onRemove, children }: OpeningChipProps) => (
  <Popover opened={opened} onChange={onOpen} width={440} position="bottom-start" trapFocus withinPortal>
    <span className={classes.chip}>
      {thumb && <img src={thumb} alt="" className={classes.chipThumb} />}
      <Popover.Target>
        <button type="button" className={`${classes.chipText} name`} onClick={() => onOpen(!opened)}>
          {words}
        </button>
      </Popover.Target>
      <Remove what={words} onClick={onRemove} />
    </span>
    <Popover.Dropdown maw="calc(100vw - 24px)" aria-label="Change the filter">
      <div className={classes.editor}>{children}</div>
    </Popover.Dropdown>
  </Popover>
)

const Remove = ({ what, onClick }: { what: string; onClick: () => void }) => (
  <ActionIcon
    variant="subtle"
    color="gray"
    size={24}
    radius="xl"
    aria-label={`Remove the filter: ${what}`}
    onClick={onClick}
  >
    <IconX size={14} />
  </ActionIcon>
)
