// A text to take away: selected as a whole with one click, or copied with the button.
import { ActionIcon, Group, Text, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useState } from 'react'
import classes from './copyable.module.css'

const saysSoForMs = 2_000

export function Copyable({ label, text, block = false }: { label: string; text: string; block?: boolean }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), saysSoForMs)
  }
  return (
    <div>
      {!block && (
        <Text size="sm" fw={550} mb={4}>
          {label}
        </Text>
      )}
      <Group gap={8} wrap="nowrap" align={block ? 'flex-start' : 'center'} className={classes.box}>
        <pre className={classes.text} data-block={block || undefined} tabIndex={block ? 0 : undefined}>
          {text}
        </pre>
        {/* Browsers let pages write to the clipboard only over https or on localhost. */}
        {window.isSecureContext && (
          <Tooltip label={copied ? 'Copied' : 'Copy'}>
            <ActionIcon
              variant="subtle"
              aria-label={copied ? `${label} was copied` : `Copy: ${label}`}
              onClick={() => void copy()}
            >
              {copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
    </div>
  )
}
