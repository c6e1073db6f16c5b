import { IconBellRinging, IconFilterOff, IconMoodSmile } from '@tabler/icons-react'
import { EmptyState } from '../shared/states.tsx'

export function EmptyInbox({ narrowed, unreadOnly }: { narrowed: boolean; unreadOnly: boolean }) {
  if (unreadOnly)
    return (
      <EmptyState icon={IconMoodSmile} title="All read">
        What matches next appears here by itself.
      </EmptyState>
    )
  if (narrowed)
    return (
      <EmptyState icon={IconFilterOff} title="No alert fits">
        Nothing matched in this dataset, view and span of days.
      </EmptyState>
    )
  return (
    <EmptyState icon={IconBellRinging} title="Nothing has matched yet">
      When a batch of media comes in and a monitored view matches, the alert is here, a moment later. No
      reload needed.
    </EmptyState>
  )
}
