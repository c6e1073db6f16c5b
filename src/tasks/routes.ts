import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import type { Server } from '../http/server.ts'
import { instantParameter } from '../lib/instant.ts'
import { Uuid } from '../lib/schemas.ts'
import { listTasks, sortColumns, taskChoices } from './list.ts'
import type { TaskKinds } from './run.ts'
import { asBody, oneOf, TaskBody } from './schemas.ts'
import { taskRoutes } from './task-routes.ts'
import { taskStatuses, taskTypes } from './tasks.ts'

/** Page numbers beyond this are beyond every list. */
const maxPage = 1_000_000

export function tasksRoutes(server: Server, db: Database, kinds: TaskKinds): void {
  const tags = ['Tasks']
  const config = { access: 'user' } as const

  server.get(
    '/api/v1/tasks',
    {
      config,
      schema: {
        tags,
        summary: 'List the tasks of your datasets',
        querystring: Type.Object({
          dataset_id: Type.Optional(Uuid),
          dataset_name: Type.Optional(Type.String({ description: 'Part of the name, in any case' })),
          task_type: Type.Optional(oneOf(taskTypes)),
          task_status: Type.Optional(oneOf(taskStatuses)),
          created_by: Type.Optional(Type.String({ description: 'Email' })),
          start_time_from: Type.Optional(
            Type.String({ description: 'ISO 8601; UTC unless it says otherwise' }),
          ),
          start_time_to: Type.Optional(
            Type.String({ description: 'ISO 8601; UTC unless it says otherwise' }),
          ),
          sort_by: Type.Unsafe<keyof typeof sortColumns>(
            Type.String({ enum: Object.keys(sortColumns), default: 'start_time' }),
          ),
          sort_order: Type.Unsafe<'asc' | 'desc'>(Type.String({ enum: ['asc', 'desc'], default: 'desc' })),
          page: Type.Integer({ minimum: 1, maximum: maxPage, default: 1 }),
          page_size: Type.Integer({ minimum: 5, maximum: 50, default: 20 }),
        }),
        response: {
          200: Type.Object({
            tasks: Type.Array(TaskBody),
            total: Type.Integer(),
            page: Type.Integer(),
            page_size: Type.Integer(),
          }),
        },
      },
    },
    async ({ caller, query }) => {
      const { sort_by, sort_order, page, page_size, start_time_from, start_time_to, ...filter } = query
      const { tasks, total } = await listTasks(
        db,
        caller.userId,
        {
          ...filter,
          start_time_from: instantParameter('start_time_from', start_time_from, 'start'),
          start_time_to: instantParameter('start_time_to', start_time_to, 'end'),
        },
        {
          sortBy: sort_by,
          ascending: sort_order === 'asc',
          limit: page_size,
          offset: (page - 1) * page_size,
        },
      )
      return { tasks: tasks.map(asBody), total, page, page_size }
    },
  )

  server.get(
    '/api/v1/tasks/filters',
    {
      config,
      schema: {
        tags,
        summary: 'What your tasks can be filtered by',
        response: {
          200: Type.Object({
            task_types: Type.Array(Type.String()),
            task_statuses: Type.Array(Type.String()),
            datasets: Type.Array(Type.Object({ dataset_id: Uuid, dataset_name: Type.String() })),
            created_by: Type.Array(Type.String()),
          }),
        },
      },
    },
    async ({ caller }) => ({
      task_types: [...taskTypes],
      task_statuses: [...taskStatuses],
      ...(await taskChoices(db, caller.userId)),
    }),
  )

  taskRoutes(server, db, kinds)
}
