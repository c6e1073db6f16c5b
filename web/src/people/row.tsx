import type { User } from '@belfry/client'
import { Badge, Box, Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { Confirm } from '../shared/confirm.tsx'
import { sentenceOf } from '../shared/states.tsx'
import { Age } from '../shared/time.tsx'
import classes from './page.module.css'
import { type Link, useDeleteAccount, useMakeLink, useResetPassword } from './people.ts'

interface PersonRowProps {
  person: User
  isMe: boolean
  onLink: (link: Link) => void
}

const failed = (error: unknown) => notifications.show({ color: 'red', message: sentenceOf(error) })

export function PersonRow({ person, isMe, onLink }: PersonRowProps) {
  const makeLink = useMakeLink()
  const reset = useResetPassword()
  const remove = useDeleteAccount()
  const { name, email, is_admin, has_password, created_at } = person
  return (
    <li className={classes.row}>
      <Box style={{ flex: '1 1 260px', minWidth: 0 }}>
        <Group gap={8}>
          <Text fw={550} className="name">
            {name}
          </Text>
          {is_admin && (
            <Badge variant="light" tt="none">
              Administrator
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed" className="name">
          {email}
        </Text>
        <Text size="sm" c="dimmed">
          Made <Age at={created_at} />
          {!has_password && ' · has no password'}
        </Text>
      </Box>
      {isMe ? (
        <Text size="sm" c="dimmed">
          You
        </Text>
      ) : (
        <Group gap={8} role="group" aria-label={`Account of ${name}`}>
          <Button
            variant="default"
            loading={makeLink.isPending}
            onClick={() => makeLink.mutate(person, { onSuccess: onLink, onError: failed })}
          >
            Sign-in link
          </Button>
          {has_password && (
            <Confirm
              label="Reset the password"
              title="Reset the password?"
              does="Reset it"
              loading={reset.isPending}
              onConfirm={() => reset.mutate(person, { onSuccess: onLink, onError: failed })}
            >
              The password of <span className="name">{name}</span> ends, and so do the sessions. You get a
              link to hand over, with which they choose another.
            </Confirm>
          )}
          <Confirm
            label="Delete"
            title="Delete the account?"
            does="Delete for good"
            color="red.9"
            loading={remove.isPending}
            onConfirm={() => remove.mutate(person, { onError: failed })}
          >
            <span className="name">{name}</span> ({email}) loses access at once, with the API key and all
            notifications. What they made in datasets of others stays.
          </Confirm>
        </Group>
      )}
    </li>
  )
}
