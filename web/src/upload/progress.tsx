import type { UploadProgress } from '@belfry/client'
import { Button, Group, Progress, Text } from '@mantine/core'
import { bytesText } from './bytes.ts'

interface SendingProps {
  progress: UploadProgress
  onCancel: () => void
}

/** While files are on their way. The server works on them afterwards; that is the dataset's own progress. */
export function Sending({ progress: { sentBytes, totalBytes }, onCancel }: SendingProps) {
  const sent = totalBytes === 0 ? 0 : Math.min(1, sentBytes / totalBytes)
  return (
    <div>
      <Group justify="space-between" mb={6} wrap="nowrap">
        <Text size="sm" className="figures">
          {sent < 1
            ? `Sending: ${bytesText(sentBytes)} of ${bytesText(totalBytes)}`
            : 'Sent. The server takes it in …'}
        </Text>
        <Button size="compact-sm" variant="default" onClick={onCancel}>
          Cancel
        </Button>
      </Group>
      <Progress value={sent * 100} aria-label="Sending" animated transitionDuration={200} />
    </div>
  )
}
