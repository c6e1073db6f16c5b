// What a screen shows when it has nothing to show yet, nothing at all, or no answer.
import { BelfryError, BelfryUnreachable } from '@belfry/client'
import { Button, Center, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import { IconCloudOff, IconLock, IconMoodEmpty } from '@tabler/icons-react'
import type { ComponentType, ReactNode } from 'react'
import { Link } from 'wouter'

type Icon = ComponentType<{ size?: number; stroke?: number }>

interface StateProps {
  icon: Icon
  title: string
  children?: ReactNode
  /** What the reader can do about it. */
  action?: ReactNode
}

/** An empty list says what will be in it, and how it gets there. */
export const EmptyState = ({ icon: Icon, title, children, action }: StateProps) => (
  <Center py={64} px="md">
    <Stack align="center" gap="sm" maw={440}>
      <ThemeIcon size={56} radius="xl" variant="light">
        <Icon size={28} stroke={1.6} />
      </ThemeIcon>
      <Title order={2} size="h4" ta="center">
        {title}
      </Title>
      <Text c="dimmed" size="sm" ta="center" component="div">
        {children}
      </Text>
      {action}
    </Stack>
  </Center>
)

/** The sentence for a failure: the server's own where it gave one. */
export function sentenceOf(error: unknown): string {
  if (error instanceof BelfryError) return error.detail
  if (error instanceof BelfryUnreachable)
    return 'Belfry does not answer. It may be restarting, or the connection is down.'
  return 'Something failed in this page. Reload it; if that does not help, tell whoever runs Belfry.'
}

/** In place of a list or a screen whose question failed. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const status = error instanceof BelfryError ? error.status : undefined
  const isGone = status === 404
  const icon = isGone ? IconMoodEmpty : status === 403 ? IconLock : IconCloudOff
  const title = isGone ? 'This is not here' : status === 403 ? 'Not for you' : 'This could not be loaded'
  return (
    <div role="alert">
      <EmptyState
        icon={icon}
        title={title}
        action={
          isGone ? (
            <Button component={Link} href="/" variant="default">
              To the inbox
            </Button>
          ) : (
            onRetry && (
              <Button variant="default" onClick={onRetry}>
                Try again
              </Button>
            )
          )
        }
      >
        {isGone ? 'It was deleted, or is not shared with you.' : sentenceOf(error)}
      </EmptyState>
    </div>
  )
}

export const PageError = (props: { error: unknown; onRetry?: () => void }) => (
  <Center h="100dvh">
    <ErrorState {...props} />
  </Center>
)
