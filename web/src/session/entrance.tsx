// The page of whoever is not signed in: the brand, a few words, one form.
import { Center, Paper, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { Mark } from '../layout/mark.tsx'
import { Titled } from '../layout/titled.tsx'

export const Entrance = ({
  title,
  intro,
  children,
}: {
  title: string
  intro: ReactNode
  children: ReactNode
}) => (
  <Titled title={title}>
    <Center component="main" mih="100dvh" p="md">
      <Stack w="100%" maw={400} gap="xl">
        <Stack align="center" gap="sm">
          <Mark size={52} />
          <Title order={1} size="h2" ta="center">
            {title}
          </Title>
          <Text c="dimmed" size="sm" ta="center">
            {intro}
          </Text>
        </Stack>
        <Paper withBorder p="xl" radius="lg" bg="var(--surface)">
          {children}
        </Paper>
      </Stack>
    </Center>
  </Titled>
)
