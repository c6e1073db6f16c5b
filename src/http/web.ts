// Serves the web inbox: its files, and its page for every address that is a screen of it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import staticFiles from '@fastify/static'
import type { FastifyReply } from 'fastify'
import type { Server } from './server.ts'

/** Where `npm run build` puts it, in a clone and in the published package alike. */
export const webFolder = fileURLToPath(new URL('../../web/dist', import.meta.url))

/** These are the server's; what does not exist there is a 404 with a sentence, also for a browser. */
const isServers = (path: string): boolean => /^\/(api|healthz|readyz|metrics)(\/|$)/.test(path)

/**
 * Scripts come from here and from nowhere else, never from within the page. Styles may stand in the page: Mantine writes
 * its colours there. `blob:` shows pictures before they are uploaded, `data:` is the icon with the unread count.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "media-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const pageHeaders = {
  'content-security-policy': policy,
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  // The page names the files of its version, so it is asked for anew each time.
  'cache-control': 'no-cache',
}
/** A file under assets/ carries the hash of its content in its name. */
const cacheControl = (file: string): string =>
  file.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'

export async function webRoutes(server: Server, folder = webFolder): Promise<void> {
  // Read once: what is asked for is looked up among these names and never in the file system.
  const files = new Set(
    existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(isPublic) : [],
  )
  const page = files.has('index.html') ? readFileSync(join(folder, 'index.html'), 'utf8') : notBuilt
  if (files.size > 0)
    await server.register(staticFiles, {
      root: folder,
      serve: false,
      preCompressed: true,
      cacheControl: false,
    })

  const sendPage = (reply: FastifyReply) =>
    reply.headers(pageHeaders).type('text/html; charset=utf-8').send(page)

  server.get('/*', { config: { access: 'public' }, schema: { hide: true } }, (request, reply) => {
    const path = request.url.split('?')[0]!
    const file = path.slice(1)
    if (files.has(file) && file !== 'index.html')
      return reply.headers({ 'cache-control': cacheControl(file), vary: 'accept-encoding' }).sendFile(file)
    const isScreen = !isServers(path) && request.headers.accept?.includes('text/html')
    return isScreen ? sendPage(reply) : reply.callNotFound()
  })
}

const isPublic = (path: string): boolean => !/(^|\/)\.|\.(br|gz)$/.test(path) && /\.\w+$/.test(path)

const notBuilt =
  '<!doctype html><title>Belfry</title><p>The web inbox is not built. Run <code>npm ci</code>, then start Belfry again.'
