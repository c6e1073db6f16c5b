import { Alert, Anchor, Button, Stack } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { Link, useLocation } from 'wouter'
import { api } from '../api.ts'
import { sentenceOf } from '../shared/states.tsx'
import { Entrance } from './entrance.tsx'
import { startSession } from './session.tsx'
import { Splash } from './splash.tsx'

/** Where a sign-in link leads: what it carries behind its `#` is redeemed once, and leaves the address. */
export function SignInLink() {
  const [, go] = useLocation()
  const redeem = useMutation({
    mutationFn: (token: string) => api.session.redeemLink(token),
    onSuccess: user => {
      startSession(user)
      if (!user.has_password)
        notifications.show({
          message: (
            <>
              You came in with a link, which works once.{' '}
              <Anchor component={Link} href="/account" size="sm">
                Set a password
              </Anchor>
            </>
          ),
          autoClose: 20_000,
        })
      go('/', { replace: true })
    },
  })
  const begun = useRef(false)
  const { mutate } = redeem
  useEffect(() => {
    const token = location.hash.slice(1)
    if (!token) return go('/', { replace: true })
    if (begun.current) return
    begun.current = true
    mutate(token)
  }, [mutate, go])
  if (!redeem.error) return <Splash />
  return (
    <Entrance title="The link did not open" intro="A sign-in link works once.">
      <Stack>
        <Alert color="red" role="alert" variant="light">
          {sentenceOf(redeem.error)}
        </Alert>
        <Button component={Link} href="/" variant="default">
          To the inbox
        </Button>
      </Stack>
    </Entrance>
  )
}
