import { Stack, Text } from '@mantine/core'
import { Copyable } from '../shared/copyable.tsx'
import { Dialog } from '../shared/dialog.tsx'
import type { Link } from './people.ts'

/** The link is shown once; whoever misses it is given another. */
export const HandOver = ({ link, onClose }: { link: Link | undefined; onClose: () => void }) => (
  <Dialog
    opened={link !== undefined}
    onClose={onClose}
    size="lg"
    title={<span className="name">The way in for {link?.name}</span>}
  >
    {link && (
      <Stack>
        <Text size="sm">
          Hand it over. It signs its holder in, once, within 24 hours, and is not shown again.
        </Text>
        <Copyable label="Link" text={link.address} />
      </Stack>
    )}
  </Dialog>
)
