import { Type } from 'typebox'
import type { Server } from '../http/server.ts'
import { Uuid } from '../lib/schemas.ts'
import { secretOf } from './credentials.ts'
import type { AuthParts } from './parts.ts'
import { maxPasswordLength, minPasswordLength } from './password.ts'
import { listUsers } from './store.ts'
import { createUser, endUser, maxNameLength, ShownUser, shownUser } from './users.ts'

const NewUser = Type.Object({
  email: Type.String(),
  name: Type.String({ maxLength: maxNameLength }),
  password: Type.Optional(Type.String({ minLength: minPasswordLength, maxLength: maxPasswordLength })),
  is_admin: Type.Optional(Type.Boolean()),
})

/** A screen that people read. */
const maxUsersPerPage = 100

export function userRoutes(server: Server, { db, serverKey, leaveDatasets }: AuthParts): void {
  const tags = ['Users']

  server.post(
    '/api/v1/users',
    {
      config: { access: 'admin', setupKey: true, refuses: [409] },
      schema: {
        tags,
        summary: 'Make an account',
        description:
          'For administrators, or with the header X-Belfry-Setup-Key. The first account is an administrator. ' +
          'The api_secret is shown here and never again.',
        body: NewUser,
        response: {
          200: Type.Interface([ShownUser], { api_key: Type.String(), api_secret: Type.String() }),
        },
      },
    },
    async ({ body: { is_admin, ...wanted } }) => {
      const { user, apiKey } = await createUser(db, { ...wanted, isAdmin: is_admin })
      return { ...shownUser(user), api_key: apiKey, api_secret: secretOf(apiKey, serverKey) }
    },
  )

  server.get(
    '/api/v1/users',
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'The accounts, by email',
        querystring: Type.Object({
          limit: Type.Integer({ minimum: 1, maximum: maxUsersPerPage, default: maxUsersPerPage }),
          offset: Type.Integer({ minimum: 0, default: 0 }),
        }),
        response: {
          200: Type.Object({
            users: Type.Array(ShownUser),
            total: Type.Integer(),
            has_more: Type.Boolean(),
          }),
        },
      },
    },
    async ({ query }) => {
      const { users, total } = await listUsers(db, query)
      return { users: users.map(shownUser), total, has_more: query.offset + users.length < total }
    },
  )

  server.delete(
    '/api/v1/users/:user_id',
    {
      config: { access: 'admin', refuses: [409] },
      schema: {
        tags,
        summary: 'Delete an account, its key, sessions and notifications',
        params: Type.Object({ user_id: Uuid }),
        response: { 200: Type.Null() },
      },
    },
    async ({ params, caller }) => {
      await endUser(db, { userId: params.user_id.toLowerCase(), by: caller.userId }, leaveDatasets)
      return null
    },
  )
}
