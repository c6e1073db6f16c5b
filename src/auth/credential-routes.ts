import { Type } from 'typebox'
import type { Transaction } from '../db/database.ts'
import type { Server } from '../http/server.ts'
import { OrNull } from '../lib/schemas.ts'
import { newApiKey, secretOf } from './credentials.ts'
import type { AuthParts } from './parts.ts'
import { insertApiKey, liveApiKey, lockUsersById, revokeApiKey } from './store.ts'

const Credentials = Type.Object({
  api_key: Type.String(),
  api_secret: OrNull(Type.String()),
  message: Type.String(),
})

export function credentialRoutes(server: Server, { db, serverKey }: AuthParts): void {
  const tags = ['API credentials']
  const response = { 200: Credentials }
  const keepSecret = 'Keep api_secret now: it is not shown again.'

  async function issueKey(tx: Transaction, userId: string) {
    const apiKey = newApiKey()
    await insertApiKey(tx, userId, apiKey)
    return { api_key: apiKey, api_secret: secretOf(apiKey, serverKey), message: keepSecret }
  }

  server.get(
    '/api/v1/api_credentials',
    {
      config: { access: 'user', changesState: true },
      schema: { tags, summary: 'Your API key; its secret is shown when it is made', response },
    },
    ({ caller: { userId } }) =>
      db.transaction(async tx => {
        await lockUsersById(tx, [userId])
        const apiKey = await liveApiKey(tx, userId)
        if (!apiKey) return issueKey(tx, userId)
        const message =
          'The secret was shown when the key was made. If it is lost, POST /api/v1/api_credentials/rotate makes a new pair.'
        return { api_key: apiKey, api_secret: null, message }
      }),
  )

  server.post(
    '/api/v1/api_credentials/rotate',
    {
      config: { access: 'user' },
      schema: { tags, summary: 'Revoke your API key and make a new one', response },
    },
    ({ caller: { userId } }) =>
      db.transaction(async tx => {
        await lockUsersById(tx, [userId])
        await revokeApiKey(tx, userId)
        return issueKey(tx, userId)
      }),
  )

  server.delete(
    '/api/v1/api_credentials',
    {
      config: { access: 'user' },
      schema: { tags, summary: 'Revoke your API key', response: { 200: Type.Null() } },
    },
    async ({ caller: { userId } }) => {
      await db.transaction(tx => revokeApiKey(tx, userId))
      return null
    },
  )
}
