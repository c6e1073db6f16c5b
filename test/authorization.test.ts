// Every route, called as everybody. A new route needs one line in `answers`, or this fails.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import sharp from 'sharp'
import { testApp } from './support/app.ts'
import { makeWorld, type Who, type World } from './support/world.ts'

// ── who gets which status; `ok` is what those get who may ──

type Statuses = Record<Who, number>
const everybody = (ok = 200): Statuses => {
  const members = { viewer: ok, editor: ok, owner: ok }
  return { anonymous: ok, other: ok, admin: ok, revoked: ok, expired: ok, ...members }
}
/** Whoever is signed in; what they see is their own. */
const users = (ok = 200): Statuses => ({ ...everybody(ok), anonymous: 401, revoked: 401, expired: 401 })
/** For nobody else does the dataset, or what is in it, exist; not for an administrator either. */
const members = (ok = 200): Statuses => ({ ...users(ok), other: 404, admin: 404 })
const editors = (ok = 200): Statuses => ({ ...members(ok), viewer: 403 })
const owners = (ok = 200): Statuses => ({ ...editors(ok), editor: 403 })
const admins = (ok = 200): Statuses => ({ ...users(403), admin: ok })

// ── what is sent ──

type Sent = (world: World) => RequestInit
const json = (body: unknown, method?: string): Sent => {
  const headers = { 'content-type': 'application/json' }
  return () => ({ method, headers, body: JSON.stringify(body) })
}
const form =
  (fields: Record<string, string | Blob>): Sent =>
  () => {
    const body = new FormData()
    for (const [name, value] of Object.entries(fields))
      if (typeof value === 'string') body.set(name, value)
      else body.set(name, value, `${name}.png`)
    return { body }
  }
const picture = new Blob([
  await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .png()
    .toBuffer(),
])

interface Answer {
  statuses: Statuses
  send?: Sent
  query?: string
  /** A GET that changes something. */
  changes?: true
}

const answers: Record<string, Answer> = {
  'GET /healthz': { statuses: everybody() },
  'GET /readyz': { statuses: everybody() },
  'GET /metrics': { statuses: admins() },
  // The web inbox, for who accepts a page; anything else that is not there is a 404.
  'GET /*': { statuses: everybody(404) },

  'POST /api/v1/auth/login': {
    statuses: everybody(401),
    send: json({ email: 'nobody@example.com', password: 'wrong' }),
  },
  'POST /api/v1/auth/logout': { statuses: everybody() },
  'POST /api/v1/auth/link': { statuses: everybody(401), send: json({ token: 'guessed' }) },
  'POST /api/v1/auth/first-run': {
    statuses: everybody(401),
    send: json({ key: 'guessed', email: 'eve@example.com', name: 'Eve', password: 'long enough' }),
  },
  // An API key cannot take the account over.
  'POST /api/v1/auth/password': { statuses: users(403), send: json({ new_password: 'long enough' }) },
  'GET /api/v1/me': { statuses: users() },
  'GET /api/v1/api_credentials': { statuses: users(), changes: true },
  'POST /api/v1/api_credentials/rotate': { statuses: users() },
  'DELETE /api/v1/api_credentials': { statuses: users() },
  'POST /api/v1/users': {
    statuses: admins(),
    send: () => json({ email: `${randomUUID()}@example.com`, name: 'New' })(undefined as never),
  },
  'GET /api/v1/users': { statuses: admins() },
  'DELETE /api/v1/users/:user_id': { statuses: admins() },
  'DELETE /api/v1/users/:user_id/password': { statuses: admins() },
  'POST /api/v1/users/:user_id/sign_in_link': { statuses: admins() },

  'GET /api/v1/datasets': { statuses: users() },
  'POST /api/v1/dataset': { statuses: users(), send: form({ dataset_name: 'New' }) },
  'GET /api/v1/datasets/covers': { statuses: users() },
  'GET /api/v1/dataset/:dataset_id': { statuses: members() },
  'DELETE /api/v1/dataset/:dataset_id': { statuses: owners() },
  'GET /api/v1/datasets/:dataset_id/creation-status': { statuses: members() },
  'GET /api/v1/manage/:dataset_id/share': { statuses: members() },
  'PUT /api/v1/manage/:dataset_id/invite': {
    statuses: owners(),
    send: world => json({ grant_to_user_email: `${world.userIds.other}@example.com` })(world),
  },
  'POST /api/v1/dataset/:dataset_id/share': {
    statuses: owners(),
    send: world => form({ user_email: `${world.userIds.other}@example.com` })(world),
  },
  'DELETE /api/v1/manage/:dataset_id/share/:email': { statuses: owners() },

  'GET /api/v1/ingestion/new_dataset': { statuses: users(), query: '?dataset_name=New', changes: true },
  // 409: the dataset is indexed already.
  'GET /api/v1/ingestion/:dataset_id/data_files': { statuses: editors(409), changes: true },
  'POST /api/v1/ingestion/:dataset_id/data_files/:trans_id': {
    statuses: editors(202),
    send: form({ files: picture }),
  },
  'POST /api/v1/ingestion/:dataset_id/process_files/:trans_id': { statuses: editors(400) }, // nothing was sent
  'POST /api/v1/dataset/:dataset_id/add_media': { statuses: editors(202), send: form({ files: picture }) },
  // 409: nothing was added, and of a dataset that names no models nobody says that others indexed it.
  'POST /api/v1/dataset/:dataset_id/reindex': { statuses: editors(409) },
  'GET /api/v1/media/:media_id/original': { statuses: members() },
  'GET /api/v1/media/:media_id/thumbnail': { statuses: members() },
  'GET /api/v1/dataset/:dataset_id/media/:media_id': { statuses: members() },

  'GET /api/v1/evaluation': { statuses: users() },
  'DELETE /api/v1/dataset/:dataset_id/media/:media_id': { statuses: editors() },
  'DELETE /api/v1/dataset/:dataset_id/batches/:batch_id': { statuses: editors() },
  'GET /api/v1/dataset/:dataset_id/stats': { statuses: members() },

  'GET /api/v1/dataset/:dataset_id/export_context_async': { statuses: members(), changes: true },
  'GET /api/v1/dataset/:dataset_id/export_status': {
    statuses: members(),
    query: '?export_task_id=:export_id',
  },
  'GET /api/v1/dataset/:dataset_id/export/:export_id': { statuses: members() },
  'GET /api/v1/dataset/:dataset_id/export_media_id': { statuses: members() },

  'POST /api/v1/datasets/:dataset_id/custom_metadata/tasks': {
    statuses: editors(),
    send: json({ field_name: 'New', field_type: 'string' }),
  },
  'POST /api/v1/datasets/:dataset_id/custom_metadata/tasks/:task_id': { statuses: editors(), send: json([]) },
  'GET /api/v1/datasets/:dataset_id/custom_metadata/tasks/:task_id/status': { statuses: members() },
  'GET /api/v1/datasets/:dataset_id/custom_metadata/schema': { statuses: members() },
  'GET /api/v1/datasets/:dataset_id/image/:media_id/custom_metadata': { statuses: members() },

  'GET /api/v1/tasks': { statuses: users() },
  'GET /api/v1/tasks/filters': { statuses: users() },
  'GET /api/v1/tasks/:task_id': { statuses: members() },
  // The task has completed.
  'POST /api/v1/tasks/:task_id/abort': { statuses: editors(409) },
  'POST /api/v1/tasks/:task_id/retry': { statuses: editors(409) },

  'GET /api/v1/dataset/:dataset_id/views': { statuses: members() },
  'POST /api/v1/dataset/:dataset_id/views': { statuses: members(), send: form({ name: 'New' }) },
  'GET /api/v1/dataset/:dataset_id/views/:view_id': { statuses: members() },
  'DELETE /api/v1/dataset/:dataset_id/views/:view_id': { statuses: members() },
  'GET /api/v1/dataset/:dataset_id/views/:view_id/trend': { statuses: members() },
  'POST /api/v1/dataset/:dataset_id/views/:view_id/alerting': {
    statuses: members(),
    send: json({ request: { enabled: false } }),
  },
  'POST /api/v1/dataset/:dataset_id/views/:view_id/monitoring': {
    statuses: members(),
    send: json({ request: { enabled: false } }),
  },
  'POST /api/v1/dataset/:dataset_id/views/preview': { statuses: members() },
  'GET /api/v1/explore/:dataset_id': { statuses: members() },
  'POST /api/v1/dataset/:dataset_id/search-image-similarity': {
    statuses: members(),
    send: form({ file: picture }),
  },
  'GET /api/v1/dataset/:dataset_id/vocabulary': { statuses: members() },
  'GET /api/v1/dataset/:dataset_id/batches': { statuses: members() },
  'GET /api/v1/dataset/:dataset_id/tags': { statuses: members() },
  'POST /api/v1/dataset/:dataset_id/tags': { statuses: editors(), send: form({ name: 'New' }) },
  'DELETE /api/v1/dataset/:dataset_id/tags/:tag_id': { statuses: editors() },
  'POST /api/v1/dataset/:dataset_id/tags/:tag_id/assign': {
    statuses: editors(),
    send: world => json({ media_ids: [world.ids.media_id] })(world),
  },
  'POST /api/v1/dataset/:dataset_id/tags/:tag_id/unassign': {
    statuses: editors(),
    send: world => json({ media_ids: [world.ids.media_id] })(world),
  },

  'GET /api/v1/notifications': { statuses: users() },
  'GET /api/v1/notifications/unread-count': { statuses: users() },
  'GET /api/v1/notifications/stream': { statuses: users() },
  'GET /api/v1/notifications/unread-counts': { statuses: users() },
  'POST /api/v1/notifications/read': {
    statuses: users(),
    send: world => json({ ids: [world.notificationOf('owner')] })(world),
  },
  'POST /api/v1/notifications/read-all': { statuses: users() },
  'GET /api/v1/notifications/:notification_id': { statuses: members() },
  'POST /api/v1/notifications/:notification_id/read': { statuses: members() },
  'GET /api/v1/notifications/:notification_id/matches': { statuses: members() },
}

// ── the calls ──

const app = await testApp()

const everyone = Object.keys(everybody()) as Who[]
const changes = (route: string) => !route.startsWith('GET ') || answers[route]!.changes === true

async function call(
  route: string,
  world: World,
  headers: Record<string, string>,
  ids: Record<string, string>,
): Promise<{ status: number; body: string; wwwAuthenticate: string | null }> {
  const [method, url] = route.split(' ') as [string, string]
  const { send, query = '' } = answers[route]!
  const path = `${url}${query}`.replaceAll(
    /:(\w+)/g,
    (_, name) => ids[name] ?? assert.fail(`no value for ${name}`),
  )
  const init = send?.(world) ?? {}
  const answer = await fetch(`${app.url}${path}`, {
    ...init,
    method,
    headers: { ...init.headers, ...headers },
  })
  const wwwAuthenticate = answer.headers.get('www-authenticate')
  if (answer.headers.get('content-type')?.startsWith('text/event-stream')) {
    await answer.body!.cancel()
    return { status: answer.status, body: '', wwwAuthenticate }
  }
  return { status: answer.status, body: await answer.text(), wwwAuthenticate }
}

const idsFor = (world: World, who: Who) => ({ ...world.ids, notification_id: world.notificationOf(who) })
const isRefusal = (status: number) => [401, 403, 404].includes(status)

test('every route has its answers here, and every answer its route', () => {
  const routes = app.app.routes.map(({ method, url }) => `${method} ${url}`)
  assert.ok(routes.length > 0)
  assert.deepEqual(Object.keys(answers).sort(), routes.sort())
})

for (const [route, { statuses }] of Object.entries(answers))
  test(route, async () => {
    let world = await makeWorld(app)
    for (const who of everyone) {
      const { status, body, wwwAuthenticate } = await call(
        route,
        world,
        world.headersOf(who),
        idsFor(world, who),
      )
      assert.equal(status, statuses[who], `${who}: ${body}`)
      if (status >= 400) assert.deepEqual(Object.keys(JSON.parse(body)), ['detail'], `${who}: ${body}`)
      if (status === 401) assert.equal(wwwAuthenticate, 'Bearer')
      if (changes(route) && !isRefusal(status)) world = await makeWorld(app)
    }
  })

test('what is hidden from somebody looks as if it did not exist', async () => {
  const world = await makeWorld(app)
  const absent = Object.fromEntries(Object.keys(world.ids).map(name => [name, randomUUID()]))
  Object.assign(absent, { notification_id: randomUUID(), trans_id: '999999999', email: 'nobody@example.com' })
  const hiding = Object.keys(answers).filter(route => answers[route]!.statuses.other === 404)
  assert.ok(hiding.length > 0)
  for (const route of hiding)
    for (const who of ['other', 'admin'] as const) {
      const hidden = await call(route, world, world.headersOf(who), idsFor(world, who))
      const missing = await call(route, world, world.headersOf(who), absent)
      assert.deepEqual(hidden, missing, `${who}: ${route}`)
    }
})

test('whatever changes something refuses the cookie when another site sent the request', async () => {
  const world = await makeWorld(app)
  const headers = {
    cookie: world.ownersCookie,
    'sec-fetch-site': 'cross-site',
    origin: 'https://evil.example',
  }
  for (const route of Object.keys(answers).filter(changes)) {
    const { status, body } = await call(route, world, headers, idsFor(world, 'owner'))
    assert.equal(status, 403, `${route}: ${body}`)
    assert.match(body, /came from another site/, route)
  }
})
