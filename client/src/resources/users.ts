import type { Connection } from '../connection.ts'
import type { ApiCredentials, CreatedUser, NewUser, User, UserPage } from '../types/user.ts'

export const users = ({ json }: Connection) => ({
  me: () => json<User>('GET', '/me'),

  /** By email, 100 at a time. For administrators. */
  list: (page: { limit?: number; offset?: number } = {}) => json<UserPage>('GET', '/users', { query: page }),

  /** For administrators, or with the setup key of the server's data folder. */
  create: (user: NewUser, setupKey?: string) =>
    json<CreatedUser>('POST', '/users', {
      json: user,
      headers: setupKey ? { 'x-belfry-setup-key': setupKey } : {},
    }),

  /** The rest of an address that signs the user in, once. For administrators, or with the setup key. */
  signInLink: async (userId: string, setupKey?: string): Promise<string> =>
    (
      await json<{ path: string }>('POST', `/users/${userId}/sign_in_link`, {
        headers: setupKey ? { 'x-belfry-setup-key': setupKey } : {},
      })
    ).path,

  /** Ends the user's password and sessions; a sign-in link is then the way in. For administrators. */
  forgetPassword: async (userId: string): Promise<void> => {
    await json('DELETE', `/users/${userId}/password`)
  },

  delete: async (userId: string): Promise<void> => {
    await json('DELETE', `/users/${userId}`)
  },
})

/** A browser's way in; the server sets the cookie. */
export const session = ({ json }: Connection) => ({
  signIn: (email: string, password: string) =>
    json<User>('POST', '/auth/login', { json: { email, password } }),
  /** With what a sign-in link carries behind its `#`. */
  redeemLink: (token: string) => json<User>('POST', '/auth/link', { json: { token } }),
  /** Makes the first account of a server, with the key of the link that its first start prints. */
  firstRun: (key: string, account: { email: string; name: string; password: string }) =>
    json<User>('POST', '/auth/first-run', { json: { key, ...account } }),
  /** Ends the other sessions. `current` is left out by who has no password yet. */
  changePassword: async (next: string, current?: string): Promise<void> => {
    await json('POST', '/auth/password', { json: { new_password: next, current_password: current } })
  },
  signOut: async (): Promise<void> => {
    await json('POST', '/auth/logout')
  },
})

export const credentials = ({ json }: Connection) => ({
  /** Makes the key on the first call, and shows its secret only then. */
  get: () => json<ApiCredentials>('GET', '/api_credentials'),
  /** A new key and secret; the old key ends, and its open streams with it. */
  rotate: () => json<ApiCredentials>('POST', '/api_credentials/rotate'),
  revoke: async (): Promise<void> => {
    await json('DELETE', '/api_credentials')
  },
})
