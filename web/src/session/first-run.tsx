import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { api } from '../api.ts'
import { sentenceOf } from '../shared/states.tsx'
import { Entrance } from './entrance.tsx'
import { minPasswordLength } from './password.ts'
import { startSession } from './session.tsx'

/** Where the link leads that the first start prints; the key stands behind its `#`. */
export function FirstRun() {
  const [, go] = useLocation()
  const make = useMutation({
    mutationFn: (form: FormData) =>
      api.session.firstRun(location.hash.slice(1), {
        email: String(form.get('email')),
        name: String(form.get('name')),
        password: String(form.get('password')),
      }),
    onSuccess: user => {
      startSession(user)
      go('/', { replace: true })
    },
  })
  return (
    <Entrance
      title="Welcome to Belfry"
      intro="Make the first account. It is an administrator, and makes the accounts of others."
    >
      <form
        onSubmit={event => {
          event.preventDefault()
          make.mutate(new FormData(event.currentTarget))
        }}
      >
        <Stack>
          <TextInput label="Your name" name="name" autoComplete="name" required autoFocus maxLength={200} />
          <TextInput label="Email" name="email" type="email" autoComplete="username" required />
          <PasswordInput
            label="Password"
            description={`At least ${minPasswordLength} characters.`}
            name="password"
            autoComplete="new-password"
            minLength={minPasswordLength}
            required
          />
          {make.error && (
            <Alert color="red" role="alert" variant="light">
              {sentenceOf(make.error)}
            </Alert>
          )}
          <Button type="submit" loading={make.isPending} mt={4}>
            Make the account
          </Button>
        </Stack>
      </form>
    </Entrance>
  )
}
