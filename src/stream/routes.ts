import { Type } from 'typebox'
import type { Server } from '../http/server.ts'
import { problems } from '../lib/problems.ts'
import { Uuid } from '../lib/schemas.ts'
import { encodeEvent } from './encode.ts'
import type { Live } from './live.ts'
import { openSink } from './open-sink.ts'

/** Clients come back somewhere in this span, so that a restart does not bring all of them in the same instant. */
const retryMs = { least: 1000, most: 5000 }

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}

export function streamRoutes(server: Server, live: Live): void {
  server.get(
    '/api/v1/notifications/stream',
    {
      exposeHeadRoute: false, // a HEAD could carry none of its bytes
      config: { access: 'user' },
      schema: {
        tags: ['Notifications'],
        summary: 'Follow notifications live (Server-Sent Events)',
        description:
          'Events: `notification` (data: the notification, id: a cursor), `ping` every 3 s, `error` on an internal ' +
          'fault, after which the stream recovers by itself, `reset` after a gap. Send the last id as `Last-Event-ID` to resume.',
        querystring: Type.Object({
          dataset_id: Type.Optional(Uuid),
          events: Type.Optional(
            Type.Literal('all', {
              description: 'Also `read`, `read_all`, `unread_count`, `changed` and `access_lost`',
            }),
          ),
          last_event_id: Type.Optional(
            Type.String({ description: 'As the header Last-Event-ID, which wins' }),
          ),
        }),
        headers: Type.Object({ 'last-event-id': Type.Optional(Type.String()) }),
        produces: ['text/event-stream'],
      },
    },
    async (request, reply) => {
      const { caller, query } = request
      const reader = {
        userId: caller.userId,
        rights: [caller.userId, caller.apiKey, caller.session].filter(right => right !== undefined),
        allEvents: query.events === 'all',
        datasetId: query.dataset_id ?? null,
      }
      const lastEventId = request.headers['last-event-id'] ?? query.last_event_id ?? null
      const { sink, forget } = await live.open(reader, lastEventId, cursor => {
        if (!reply.raw.socket) throw problems.pipelinedStream()
        reply.hijack()
        // An id without data moves the client's Last-Event-ID: what happens before its first event is not lost either.
        const first = encodeEvent({ retryMs: between(retryMs), id: cursor })
        return openSink(reply.raw, { ...reply.getHeaders(), ...headers }, first)
      })
      sink.whenClosed(forget)
      return reply
    },
  )
}

const between = ({ least, most }: { least: number; most: number }): number =>
  Math.round(least + Math.random() * (most - least))
