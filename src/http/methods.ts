// Which methods a path takes; any other is a 405 that names them. Where a fixed word and a parameter both fit, the word is
// meant whatever the method: `GET /notifications/read-all` asks for no notification of that name.
import type { FastifyInstance } from 'fastify'
import { problems } from '../lib/problems.ts'

interface Path {
  /** `:` stands for a parameter. */
  parts: string[]
  methods: Set<string>
}

export function refuseOtherMethods(server: FastifyInstance): void {
  const known = new Map<string, Path>()
  let fixedFirst: Path[] = []
  server.addHook('onRoute', ({ url, method }) => {
    if (url.endsWith('*')) return // files: what is not among them is not there, whatever the method
    const shape = url.replace(/:[^/]+/g, ':')
    const path = known.get(shape) ?? { parts: shape.split('/'), methods: new Set() }
    for (const name of [method].flat()) path.methods.add(name)
    known.set(shape, path)
  })
  server.addHook('onReady', async () => {
    const inOrder = (shape: string) => shape.replaceAll(':', '\uffff')
    fixedFirst = [...known].sort(([a], [b]) => (inOrder(a) < inOrder(b) ? -1 : 1)).map(([, path]) => path)
  })
  const allowedOn = (path: string): Set<string> | undefined => {
    const given = path.replace(/\/$/, '').split('/')
    return fixedFirst.find(
      ({ parts }) =>
        parts.length === given.length && parts.every((part, i) => part === ':' || part === given[i]),
    )?.methods
  }

  server.addHook('onRequest', async request => {
    if (!request.routeOptions.url?.includes(':')) return
    const path = pathOf(request.url)
    const allowed = allowedOn(path)
    if (allowed && !allowed.has(request.method)) throw notAllowed(request.method, path, allowed)
  })
  server.setNotFoundHandler(request => {
    const path = pathOf(request.url)
    const allowed = allowedOn(path)
    if (!allowed) throw problems.routeNotFound(path)
    throw allowed.has(request.method)
      ? problems.invalid('A part of the path is longer than any that is read; ids are UUIDs.')
      : notAllowed(request.method, path, allowed)
  })
}

const pathOf = (url: string): string => url.split('?')[0]!

const notAllowed = (method: string, path: string, allowed: Set<string>) =>
  problems.methodNotAllowed(method, path, [...allowed].join(', '))
