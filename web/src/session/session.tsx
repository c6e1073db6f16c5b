// Who is signed in. What is below the gate has a user; without one there is the way in.
import { BelfryError, type User } from '@belfry/client'
import { useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, use } from 'react'
import { api } from '../api.ts'
import { keys, queryClient } from '../queries.ts'
import { PageError } from '../shared/states.tsx'
import { endUploads } from '../upload/uploads.ts'
import { Splash } from './splash.tsx'

/** While the server does not answer. */
const askAgainMs = 2_000

const SessionContext = createContext<User | undefined>(undefined)

/** The person who uses the page. Only below the gate. */
export function useUser(): User {
  const user = use(SessionContext)
  if (!user) throw new Error('useUser is for what is below the SessionGate.')
  return user
}

/** A server without sign-in (BELFRY_AUTH=none) has this one user. */
export const isLocal = (user: User): boolean => user.email === 'local@localhost'

export function SessionGate({ signedOut, children }: { signedOut: ReactNode; children: ReactNode }) {
  const me = useQuery({
    ...meQuery,
    refetchInterval: ({ state }) => (state.error ? askAgainMs : false),
  })
  if (me.data === null) return signedOut
  if (me.data) return <SessionContext value={me.data}>{children}</SessionContext>
  if (me.error) return <PageError error={me.error} onRetry={() => void me.refetch()} />
  return <Splash />
}

function whoAmI(): Promise<User | null> {
  return api.users.me().catch(error => {
    if (error instanceof BelfryError && error.status === 401) return null
    throw error
  })
}

export const meQuery = { queryKey: keys.me, queryFn: whoAmI }

/** After a sign-in, with what the server said. */
export const startSession = (user: User): void => become(user)

/** Other tabs notice when they ask next; their streams end at once. */
export async function endSession(): Promise<void> {
  await api.session.signOut()
  become(null)
}

/** Whoever comes next sees nothing of who was here before. */
function become(user: User | null): void {
  endUploads()
  queryClient.setQueryData(keys.me, user)
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.me[0] })
}
