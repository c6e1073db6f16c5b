import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import { testApp } from './support/app.ts'

const app = await testApp()

test('an unknown route is a 404 with a sentence, and every answer carries its request id', async () => {
  const answer = await fetch(`${app.url}/api/v1/nothing`)
  assert.equal(answer.status, 404)
  assert.deepEqual(await answer.json(), {
    detail: 'There is no route /api/v1/nothing. The routes are listed at /api/v1/docs.',
  })
  assert.match(answer.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/)
})

test('a known route with another method is a 405 that names what is allowed', async () => {
  const answer = await fetch(`${app.url}/api/v1/openapi.json`, { method: 'DELETE' })
  assert.equal(answer.status, 405)
  assert.match(answer.headers.get('allow') ?? '', /GET/)
})

test('a fixed word beside a parameter is no value of it, whatever the method', async () => {
  const user = await app.user()
  const none = '11111111-1111-4111-8111-111111111111'
  for (const [method, path, allowed] of [
    ['GET', '/notifications/read-all', 'POST'],
    ['HEAD', '/notifications/read/', 'POST'],
    ['POST', '/notifications/unread-count', 'GET, HEAD'],
    ['HEAD', '/notifications/stream', 'GET'],
    ['GET', `/dataset/${none}/views/preview`, 'POST'],
    ['DELETE', `/dataset/${none}/views/preview?x=/y`, 'POST'],
  ] as const) {
    const answer = await user.api(path, { method })
    assert.deepEqual([answer.status, answer.headers.get('allow')], [405, allowed], `${method} ${path}`)
    assert.ok(answer.headers.get('x-request-id'))
  }
  assert.equal((await user.api('/notifications/read-some')).status, 422)
  assert.equal((await user.api(`/notifications/${none}`, { method: 'HEAD' })).status, 404)
})

test('a path that ends in a slash is known as well', async () => {
  const answer = await fetch(`${app.url}/api/v1/tasks/`, { method: 'DELETE' })
  assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'GET, HEAD'])
})

test('OPTIONS that is no preflight is answered too', async () => {
  assert.equal((await fetch(`${app.url}/api/v1/tasks`, { method: 'OPTIONS' })).status, 204)
})

test('a broken form is a 400', async () => {
  const user = await app.user()
  for (const [type, body] of [
    [
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="dataset_name"\r\n\r\nabc',
    ],
    ['multipart/form-data; boundary=b', 'hello'],
    ['multipart/form-data', 'hello'],
  ] as const) {
    const answer = await user.api('/dataset', { method: 'POST', headers: { 'content-type': type }, body })
    assert.equal(answer.status, 400)
    assert.match(((await answer.json()) as { detail: string }).detail, /broken or was cut/)
  }
})

test('an id that is far too long is no question of the method', async () => {
  const user = await app.user()
  const answer = await user.api(`/dataset/${'a'.repeat(3000)}`)
  assert.equal(answer.status, 422)
  assert.match(((await answer.json()) as { detail: string }).detail, /^A part of the path is longer/)
})

test('what has a wrong type is told the right one', async () => {
  const user = await app.user()
  const answer = await user.api('/notifications?unread_only=perhaps')
  assert.deepEqual(await answer.json(), { detail: "Query parameter 'unread_only' must be true or false." })
  const events = await user.api('/notifications/stream?events=some')
  assert.deepEqual(await events.json(), { detail: "Query parameter 'events' must be all." })
  const empty = await user.api('/dataset', { method: 'POST' })
  assert.deepEqual([empty.status, await empty.json()], [422, { detail: 'The body must be an object.' }])
})

test('the OpenAPI document is version 3.1 and describes every route with what it refuses', async () => {
  const answer = await fetch(`${app.url}/api/v1/openapi.json`)
  const { openapi, paths } = (await answer.json()) as OpenApi
  assert.equal(openapi, '3.1.0')
  for (const { method, url, access } of app.app.routes) {
    if (/^\/(\*|api\/v1\/(docs|openapi\.json))/.test(url)) continue
    const operation = paths[url.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
    assert.ok(operation?.responses['500'], `${method} ${url}`)
    assert.equal(
      '401' in operation.responses,
      access !== 'public' || /auth\/(login|link|first-run)$/.test(url),
      `${method} ${url}`,
    )
  }
  const parameters = paths['/api/v1/notifications']?.get?.parameters ?? []
  assert.deepEqual(
    parameters.filter(({ required }) => required),
    [],
    'what has a default is not asked for',
  )
  const upload = paths['/api/v1/dataset/{dataset_id}/add_media']!.post!
  assert.ok(upload.requestBody?.content['multipart/form-data']?.schema.properties.files)
  assert.deepEqual(Object.keys(upload.responses), [
    '202',
    '400',
    '401',
    '403',
    '404',
    '409',
    '413',
    '415',
    '422',
    '500',
    '503',
  ])
  assert.deepEqual(Object.keys(upload.responses['202']!.headers ?? {}), ['location', 'x-batch-id'])
})

interface OpenApi {
  openapi: string
  paths: Record<string, Record<string, Operation>>
}
interface Operation {
  parameters?: { required: boolean }[]
  requestBody?: { content: Record<string, { schema: { properties: Record<string, unknown> } }> }
  responses: Record<string, { headers?: Record<string, unknown> }>
}

test('headers beyond the limit get a sentence, not a cut connection', async () => {
  const answer = await fetch(`${app.url}/api/v1/openapi.json?vql=${'x'.repeat(300_000)}`)
  assert.equal(answer.status, 431)
  assert.match(((await answer.json()) as { detail: string }).detail, /larger than the limit/)
})

test('a shutdown does not wait for a connection on which nothing was asked', async () => {
  const own = await testApp()
  const socket = connect(Number(new URL(own.url).port), '127.0.0.1')
  await Promise.all([once(socket, 'connect'), once(own.app.server.server, 'connection')])
  const ended = once(socket, 'close')
  socket.resume()
  await own.close()
  await ended
})

test('a POST without a body may name its type all the same', async () => {
  const user = await app.user()
  for (const type of ['application/json', 'application/x-www-form-urlencoded']) {
    const answer = await user.api('/notifications/read-all', {
      method: 'POST',
      headers: { 'content-type': type },
      body: '',
    })
    assert.equal(answer.status, 200, type)
  }
  const broken = await user.api('/notifications/read-all', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{',
  })
  assert.equal(broken.status, 400)
})

test('the schemas of every route can be compiled, which waits until they are needed', () => {
  const check = app.app.server.validatorCompiler!
  const write = SerializerSelector()()
  let answers = 0
  for (const { method, url, schema } of app.app.routes) {
    for (const httpPart of ['body', 'headers', 'params', 'querystring'] as const) {
      const part = schema[httpPart]
      if (part) check({ schema: part as object, method, url, httpPart })({})
    }
    for (const [httpStatus, answer] of Object.entries(schema.response ?? {})) {
      write({ schema: answer, method, url, httpStatus })
      answers++
    }
  }
  assert.ok(answers > app.app.routes.length / 2)
})
