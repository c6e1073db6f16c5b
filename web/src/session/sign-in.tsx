import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { api } from '../api.ts'
import { sentenceOf } from '../shared/states.tsx'
import { Entrance } from './entrance.tsx'
import { startSession } from './session.tsx'

/** In place of any screen, so that the address stays and the screen is there after the sign-in. */
export function SignIn() {
  const signIn = useMutation({
    mutationFn: (form: FormData) =>
      api.session.signIn(String(form.get('email')), String(form.get('password'))),
    onSuccess: startSession,
  })
  return (
    <Entrance
      title="Sign in to Belfry"
      intro="No account yet? An administrator makes it. On a new server, open the link that its first start printed."
    >
      <form
        onSubmit={event => {
          event.preventDefault()
          signIn.mutate(new FormData(event.currentTarget))
        }}
      >
        <Stack>
          <TextInput label="Email" name="email" type="email" autoComplete="username" required autoFocus />
          <PasswordInput label="Password" name="password" autoComplete="current-password" required />
          {signIn.error && (
            <Alert color="red" role="alert" variant="light">
              {sentenceOf(signIn.error)}
            </Alert>
          )}
          <Button type="submit" loading={signIn.isPending} mt={4}>
            Sign in
          </Button>
        </Stack>
      </form>
    </Entrance>
  )
}
