// The accounts of this server, for administrators.
import type { NewUser, User, UserPage } from '@belfry/client'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../api.ts'
import { keys } from '../queries.ts'

export function usePeople() {
  const pages = useInfiniteQuery({
    queryKey: keys.people,
    queryFn: ({ pageParam }) => api.users.list({ offset: pageParam }),
    initialPageParam: 0,
    getNextPageParam: ({ has_more }: UserPage, all: UserPage[]) =>
      has_more ? all.reduce((sum, { users }) => sum + users.length, 0) : undefined,
  })
  return {
    ...pages,
    people: pages.data?.pages.flatMap(({ users }) => users),
    total: pages.data?.pages[0]?.total,
  }
}

function useChange<Given, Result>(change: (given: Given) => Promise<Result>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.people }),
  })
}

/** A way in, to be handed over. */
export interface Link {
  name: string
  address: string
}

const linkFor = async ({ user_id, name }: Pick<User, 'user_id' | 'name'>): Promise<Link> => ({
  name,
  address: `${location.origin}${await api.users.signInLink(user_id)}`,
})

export const useMakeAccount = () =>
  useChange(async (user: NewUser): Promise<Link> => linkFor(await api.users.create(user)))
export const useMakeLink = () => useChange(linkFor)
export const useResetPassword = () =>
  useChange(async (user: User): Promise<Link> => {
    await api.users.forgetPassword(user.user_id)
    return linkFor(user)
  })
export const useDeleteAccount = () => useChange(({ user_id }: User) => api.users.delete(user_id))
