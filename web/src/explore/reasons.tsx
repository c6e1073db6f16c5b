import type { Reason } from '@belfry/client'
import { Badge, Group } from '@mantine/core'
import { reasonText } from '../shared/reason.ts'

/** Of what an alert counted: above the picture, because it is what one opens the alert for. */
export const Reasons = ({ reasons }: { reasons: Reason[] }) =>
  reasons.length > 0 && (
    <Group gap={6} mb={10} role="group" aria-label="Why it matched">
      {reasons.map(reason => (
        <Badge key={reasonText(reason)} variant="light" tt="none" size="lg" fw={500} maw="100%">
          {reasonText(reason)}
        </Badge>
      ))}
    </Group>
  )
