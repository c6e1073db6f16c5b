// One's password: changed with the current one, or set by who came in with a link.
import { Alert, Button, Group, Paper, PasswordInput, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../api.ts'
import { keys } from '../queries.ts'
import { minPasswordLength } from '../session/password.ts'
import { useUser } from '../session/session.tsx'
import { sentenceOf } from '../shared/states.tsx'

export function Password() {
  const { email, has_password } = useUser()
  const queryClient = useQueryClient()
  const change = useMutation({
    mutationFn: (form: FormData) =>
      api.session.changePassword(
        String(form.get('next')),
        has_password ? String(form.get('current')) : undefined,
      ),
    onSuccess: () => {
      notifications.show({ message: 'The password is changed. Your other browsers are signed out.' })
      void queryClient.invalidateQueries({ queryKey: keys.me })
    },
  })
  return (
    <Paper withBorder p="lg" radius="lg" bg="var(--surface)" component="section" aria-label="Password">
      <Title order={2} size="h4" mb={4}>
        Password
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        {has_password
          ? 'A new one signs out your other browsers. The API key stays as it is.'
          : 'You came in with a link. With a password you can sign in again without one.'}
      </Text>
      <form
        onSubmit={event => {
          event.preventDefault()
          const form = event.currentTarget
          change.mutate(new FormData(form), { onSuccess: () => form.reset() })
        }}
      >
        <input type="text" name="username" value={email} autoComplete="username" readOnly hidden />
        <Group gap="sm" align="flex-start">
          {has_password && (
            <PasswordInput
              label="Current password"
              name="current"
              autoComplete="current-password"
              required
              style={{ flex: '1 1 200px' }}
            />
          )}
          <PasswordInput
            label="New password"
            description={`At least ${minPasswordLength} characters.`}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            name="next"
            autoComplete="new-password"
            minLength={minPasswordLength}
            required
            style={{ flex: '1 1 200px' }}
          />
        </Group>
        {change.error && (
          <Alert color="red" role="alert" variant="light" mt="sm">
            {sentenceOf(change.error)}
          </Alert>
        )}
        <Button type="submit" loading={change.isPending} mt="md">
          {has_password ? 'Change the password' : 'Set the password'}
        </Button>
      </form>
    </Paper>
  )
}
