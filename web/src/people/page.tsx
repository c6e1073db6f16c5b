// Who has an account here, and the ways in for others. For administrators.
import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useKeys } from '../keyboard/keys.ts'
import { useUser } from '../session/session.tsx'
import { count } from '../shared/count.ts'
import { Dialog } from '../shared/dialog.tsx'
import { More } from '../shared/more.tsx'
import { RowSkeletons } from '../shared/skeletons.tsx'
import { ErrorState } from '../shared/states.tsx'
import { HandOver } from './hand-over.tsx'
import { NewAccount } from './new-account.tsx'
import classes from './page.module.css'
import { type Link, usePeople } from './people.ts'
import { PersonRow } from './row.tsx'

export function PeoplePage() {
  const me = useUser()
  const { people, total, ...pages } = usePeople()
  const [making, { open, close }] = useDisclosure()
  const [link, setLink] = useState<Link>()
  useKeys('Accounts', [{ keys: 'n', does: 'New account', run: open }], { active: me.is_admin })
  return (
    <Stack maw={960} mx="auto" gap="lg">
      <Group justify="space-between">
        <div>
          <Title order={1} size="h2">
            Accounts
          </Title>
          <Text size="sm" c="dimmed" className="figures">
            {total === undefined ? ' ' : count(total, 'account')}
          </Text>
        </div>
        <Button leftSection={<IconPlus size={18} />} onClick={open} disabled={!me.is_admin}>
          New account
        </Button>
      </Group>
      {pages.error && !people ? (
        <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
      ) : (
        <ul className={classes.list} aria-label="Accounts">
          {people ? (
            people.map(person => (
              <PersonRow
                key={person.user_id}
                person={person}
                isMe={person.user_id === me.user_id}
                onLink={setLink}
              />
            ))
          ) : (
            <li aria-hidden="true">
              <RowSkeletons rows={4} />
            </li>
          )}
        </ul>
      )}
      <More pages={pages} />
      <Dialog opened={making} onClose={close} title="New account">
        <NewAccount
          onMade={made => {
            close()
            setLink(made)
          }}
        />
      </Dialog>
      <HandOver link={link} onClose={() => setLink(undefined)} />
    </Stack>
  )
}
