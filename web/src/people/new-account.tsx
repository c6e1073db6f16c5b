import { Alert, Button, Checkbox, Stack, Text, TextInput } from '@mantine/core'
import { sentenceOf } from '../shared/states.tsx'
import { type Link, useMakeAccount } from './people.ts'

/** The person chooses the password: the link opens their account, once. */
export function NewAccount({ onMade }: { onMade: (link: Link) => void }) {
  const make = useMakeAccount()
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        const form = new FormData(event.currentTarget)
        const account = {
          name: String(form.get('name')),
          email: String(form.get('email')),
          is_admin: form.has('admin'),
        }
        make.mutate(account, { onSuccess: onMade })
      }}
    >
      <Stack>
        <TextInput label="Name" name="name" required maxLength={200} data-autofocus autoComplete="off" />
        <TextInput label="Email" name="email" type="email" required autoComplete="off" />
        <Checkbox label="Administrator: makes and deletes accounts" name="admin" />
        <Text size="sm" c="dimmed">
          You get a link to hand over. It opens the account once; who opens it chooses the password.
        </Text>
        {make.error && (
          <Alert color="red" role="alert" variant="light">
            {sentenceOf(make.error)}
          </Alert>
        )}
        <Button type="submit" loading={make.isPending}>
          Make the account
        </Button>
      </Stack>
    </form>
  )
}
