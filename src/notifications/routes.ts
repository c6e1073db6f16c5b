import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import type { Server } from '../http/server.ts'
import { instantParameter } from '../lib/instant.ts'
import { problems } from '../lib/problems.ts'
import { OrNull, Uuid } from '../lib/schemas.ts'
import type { Vectors } from '../vectors/vectors.ts'
import { Matches, readMatches } from './matches.ts'
import { Notification } from './notification.ts'
import {
  countUnread,
  countUnreadByDataset,
  findNotification,
  listNotifications,
  markAllRead,
  markRead,
} from './store.ts'

/** PostgreSQL's offset is a bigint; a page beyond the end is empty, not an error. */
const maxOffset = 1_000_000_000
/** A page's worth, as it is marked when a reader has seen it. */
const maxMarked = 100
const Limit = Type.Integer({ minimum: 1, maximum: 100, default: 20 })
const Offset = Type.Integer({ minimum: 0, maximum: maxOffset, default: 0 })
const OfDataset = Type.Object({ dataset_id: Type.Optional(Uuid) })
const ById = Type.Object({ notification_id: Uuid })

export function notificationsRoutes(server: Server, db: Database, vectors: Vectors): void {
  const tags = ['Notifications']
  const config = { access: 'user' } as const

  server.get(
    '/api/v1/notifications',
    {
      config,
      schema: {
        tags,
        summary: 'List notifications, newest first',
        querystring: Type.Object({
          limit: Limit,
          offset: Offset,
          unread_only: Type.Boolean({ default: false }),
          dataset_id: Type.Optional(Uuid),
          view_id: Type.Optional(Uuid),
          created_from: Type.Optional(Type.String({ description: 'ISO 8601; UTC unless it says otherwise' })),
          created_to: Type.Optional(Type.String({ description: 'ISO 8601; UTC unless it says otherwise' })),
        }),
        response: {
          200: Type.Object({
            notifications: Type.Array(Notification),
            total: Type.Integer(),
            has_more: Type.Boolean(),
          }),
        },
      },
    },
    async ({ caller, query }) => {
      const { limit, offset, unread_only, dataset_id } = query
      const scope = { userId: caller.userId, datasetId: dataset_id }
      const { notifications, total } = await listNotifications(db, scope, {
        limit,
        offset,
        unreadOnly: unread_only,
        viewId: query.view_id,
        createdFrom: instantParameter('created_from', query.created_from, 'start'),
        createdTo: instantParameter('created_to', query.created_to, 'end'),
      })
      return {
        notifications,
        total,
        has_more: offset + notifications.length < total && notifications.length > 0,
      }
    },
  )

  server.get(
    '/api/v1/notifications/unread-count',
    {
      config,
      schema: {
        tags,
        summary: 'Count unread notifications',
        querystring: OfDataset,
        response: { 200: Type.Object({ count: Type.Integer() }) },
      },
    },
    async ({ caller, query }) => ({
      count: await countUnread(db, { userId: caller.userId, datasetId: query.dataset_id }),
    }),
  )

  server.get(
    '/api/v1/notifications/unread-counts',
    {
      config,
      schema: {
        tags,
        summary: 'Count unread notifications of each dataset that has any',
        response: {
          200: Type.Object({
            counts: Type.Array(Type.Object({ dataset_id: OrNull(Uuid), count: Type.Integer() }), {
              description: 'Most first; null stands for datasets that are deleted',
            }),
          }),
        },
      },
    },
    async ({ caller }) => ({ counts: await countUnreadByDataset(db, caller.userId) }),
  )

  server.post(
    '/api/v1/notifications/read',
    {
      config,
      schema: {
        tags,
        summary: 'Mark some notifications as read',
        description: 'Those which are not yours, or are read already, are passed over.',
        body: Type.Object({ ids: Type.Array(Uuid, { minItems: 1, maxItems: maxMarked }) }),
        response: { 200: Type.Object({ ok: Type.Literal(true), count: Type.Integer() }) },
      },
    },
    async ({ caller, body }) => ({ ok: true as const, count: await markRead(db, caller.userId, body.ids) }),
  )

  server.get(
    '/api/v1/notifications/:notification_id',
    {
      config,
      schema: { tags, summary: 'Read a notification', params: ById, response: { 200: Notification } },
    },
    async ({ caller, params }) => {
      const notification = await findNotification(db, caller.userId, params.notification_id)
      if (!notification) throw problems.notificationNotFound()
      return notification
    },
  )

  server.post(
    '/api/v1/notifications/:notification_id/read',
    {
      config,
      schema: {
        tags,
        summary: 'Mark one notification as read',
        params: ById,
        response: { 200: Type.Object({ ok: Type.Literal(true) }) },
      },
    },
    async ({ caller, params }) => {
      if ((await markRead(db, caller.userId, [params.notification_id])) === 0)
        throw problems.notificationNotUnread()
      return { ok: true as const }
    },
  )

  server.post(
    '/api/v1/notifications/read-all',
    {
      config,
      schema: {
        tags,
        summary: 'Mark all notifications as read',
        querystring: OfDataset,
        response: { 200: Type.Object({ ok: Type.Literal(true), count: Type.Integer() }) },
      },
    },
    async ({ caller, query }) => ({
      ok: true as const,
      count: await markAllRead(db, { userId: caller.userId, datasetId: query.dataset_id }),
    }),
  )

  server.get(
    '/api/v1/notifications/:notification_id/matches',
    {
      config,
      schema: {
        tags,
        summary: 'The items an alert counted, each with the reason',
        params: ById,
        querystring: Type.Object({ limit: Limit, offset: Offset }),
        response: { 200: Matches },
      },
    },
    async ({ caller, params, query }) => {
      const matches = await readMatches({ db, vectors }, caller.userId, params.notification_id, query)
      if (!matches) throw problems.notificationNotFound()
      return matches
    },
  )
}
