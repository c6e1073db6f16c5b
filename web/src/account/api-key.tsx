// The key for scripts. Its secret is on screen once, after it was made, and nowhere later.
import { Alert, Button, Group, Loader, Paper, Stack, Text, Title } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api.ts'
import { keys } from '../queries.ts'
import { Confirm } from '../shared/confirm.tsx'
import { Copyable } from '../shared/copyable.tsx'
import { ErrorState, sentenceOf } from '../shared/states.tsx'
import { Snippets } from './snippets.tsx'

export function ApiKey() {
  const queryClient = useQueryClient()
  const [asked, setAsked] = useState(false)
  // Asking for a key makes one when there is none, so it is the reader who asks.
  const credentials = useQuery({
    queryKey: keys.apiKey,
    queryFn: api.credentials.get,
    enabled: asked,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0, // who leaves the page leaves the secret behind
  })
  const rotate = useMutation({
    mutationFn: api.credentials.rotate,
    onSuccess: made => queryClient.setQueryData(keys.apiKey, made),
  })
  const revoke = useMutation({
    mutationFn: api.credentials.revoke,
    onSuccess: () => {
      setAsked(false)
      queryClient.removeQueries({ queryKey: keys.apiKey })
    },
  })
  const failure = rotate.error ?? revoke.error
  const shown = credentials.data
  return (
    <Paper withBorder p="lg" radius="lg" bg="var(--surface)" component="section">
      <Title order={2} size="h4" mb={4}>
        API key
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        Scripts sign their own tokens with it, and may then do what you may.
      </Text>
      {failure && (
        <Alert color="red" role="alert" mb="md">
          {sentenceOf(failure)}
        </Alert>
      )}
      {!asked ? (
        <Button leftSection={<IconKey size={18} />} onClick={() => setAsked(true)}>
          Show my API key
        </Button>
      ) : credentials.error ? (
        <ErrorState error={credentials.error} onRetry={() => void credentials.refetch()} />
      ) : !shown ? (
        <Loader size="sm" aria-label="Loading" />
      ) : (
        <Stack gap="md">
          <Copyable label="Key" text={shown.api_key} />
          {shown.api_secret ? (
            <>
              <Copyable label="Secret" text={shown.api_secret} />
              <Alert color="yellow" role="status" title="Keep the secret now">
                It is shown this once. If it is lost, rotate the key.
              </Alert>
            </>
          ) : (
            <Text size="sm">
              The secret was shown when the key was made. If it is lost, rotate the key to get a new pair.
            </Text>
          )}
          <Snippets apiKey={shown.api_key} apiSecret={shown.api_secret} />
          <Group gap="sm">
            <Confirm
              label="Rotate"
              title="Rotate the key?"
              does="Rotate it"
              loading={rotate.isPending}
              onConfirm={() => rotate.mutate()}
            >
              You get a new key and secret. The old ones stop working at once, and what they have open ends.
            </Confirm>
            <Confirm
              label="Revoke"
              title="Revoke the key?"
              does="Revoke it"
              color="red.9"
              loading={revoke.isPending}
              onConfirm={() => revoke.mutate()}
            >
              Scripts that use it stop working at once, and what they have open ends. You can make a new key
              later.
            </Confirm>
          </Group>
        </Stack>
      )}
    </Paper>
  )
}
