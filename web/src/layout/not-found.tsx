import { Button } from '@mantine/core'
import { IconCompassOff } from '@tabler/icons-react'
import { Link } from 'wouter'
import { EmptyState } from '../shared/states.tsx'
import { Titled } from './titled.tsx'

export const NotFound = () => (
  <Titled title="Not found">
    <EmptyState
      icon={IconCompassOff}
      title="There is no such page"
      action={
        <Button component={Link} href="/" variant="default">
          To the inbox
        </Button>
      }
    >
      The address may be mistyped, or what it led to is gone.
    </EmptyState>
  </Titled>
)
