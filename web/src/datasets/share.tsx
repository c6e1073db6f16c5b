// Who may see a dataset, and what they may do in it.
import type { Role } from '@belfry/client'
import { ActionIcon, Alert, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconUserMinus } from '@tabler/icons-react'
import { useState } from 'react'
import { useUser } from '../session/session.tsx'
import { Confirm } from '../shared/confirm.tsx'
import { Dialog } from '../shared/dialog.tsx'
import { ErrorState, sentenceOf } from '../shared/states.tsx'
import { useMembers, useSharing } from './datasets.ts'

const roles: { value: Role; label: string }[] = [
  { value: 'viewer', label: 'Viewer' },
  { value: 'editor', label: 'Editor' },
  { value: 'owner', label: 'Owner' },
]
const meanings =
  'Viewers look, make views and get alerts; editors also add media; owners also share and delete.'

interface ShareProps {
  datasetId: string
  opened: boolean
  onClose: () => void
}

export const Share = ({ opened, onClose, datasetId }: ShareProps) => (
  <Dialog opened={opened} onClose={onClose} title="Share the dataset" size="lg">
    <Members datasetId={datasetId} />
  </Dialog>
)

function Members({ datasetId }: { datasetId: string }) {
  const me = useUser()
  const members = useMembers(datasetId)
  const { give, revoke } = useSharing(datasetId)
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const isOwner = members.data?.some(one => one.email === me.email && one.role === 'owner') ?? false
  const error = give.error ?? revoke.error
  if (members.error) return <ErrorState error={members.error} onRetry={() => void members.refetch()} />
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {meanings}
      </Text>
      {isOwner && (
        <form
          onSubmit={event => {
            event.preventDefault()
            revoke.reset()
            give.mutate({ email: email.trim(), role }, { onSuccess: () => setEmail('') })
          }}
        >
          <Group gap="sm" align="flex-end">
            <TextInput
              label="Email"
              type="email"
              required
              value={email}
              onChange={({ currentTarget }) => setEmail(currentTarget.value)}
              style={{ flex: '1 1 200px' }}
            />
            <Select
              label="Role"
              data={roles}
              value={role}
              allowDeselect={false}
              onChange={value => setRole(value as Role)}
              w={120}
            />
            <Button type="submit" loading={give.isPending}>
              Share
            </Button>
          </Group>
        </form>
      )}
      {error && (
        <Alert color="red" role="alert" variant="light">
          {sentenceOf(error)}
        </Alert>
      )}
      <Stack gap={8} component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {members.data?.map(member => (
          <Group key={member.email} component="li" justify="space-between" wrap="nowrap">
            <Text size="sm" className="name" style={{ minWidth: 0 }}>
              {member.email}{' '}
              {member.email === me.email && (
                <Text span c="dimmed">
                  (you)
                </Text>
              )}
            </Text>
            {isOwner ? (
              <Group gap={6} wrap="nowrap">
                <Select
                  aria-label={`Role of ${member.email}`}
                  size="xs"
                  w={100}
                  data={roles}
                  value={member.role}
                  allowDeselect={false}
                  onChange={value => give.mutate({ email: member.email, role: value as Role })}
                />
                <Confirm
                  label={`End the access of ${member.email}`}
                  button={open => (
                    <ActionIcon
                      variant="subtle"
                      color="red"
                      loading={revoke.isPending && revoke.variables === member.email}
                      aria-label={`End the access of ${member.email}`}
                      onClick={open}
                    >
                      <IconUserMinus size={18} />
                    </ActionIcon>
                  )}
                  title="End the access?"
                  does="End it"
                  color="red.9"
                  loading={revoke.isPending}
                  onConfirm={() => revoke.mutate(member.email)}
                >
                  <span className="name">{member.email}</span> sees the dataset no more. The alerts it raised
                  go from their inbox, and do not come back with the access.
                </Confirm>
              </Group>
            ) : (
              <Text size="sm" c="dimmed">
                {roles.find(({ value }) => value === member.role)?.label}
              </Text>
            )}
          </Group>
        ))}
      </Stack>
    </Stack>
  )
}
