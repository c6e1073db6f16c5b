// A browser sends cookies along with requests which other sites make it send. It also says where they come from.
import type { IncomingHttpHeaders } from 'node:http'
import { type Config, isLoopback } from '../config.ts'

type Addresses = Pick<Config, 'host' | 'publicUrl' | 'origins'>

/**
 * Whether a request comes from one of our own pages, from a configured origin, or from no browser at all. The
 * browser's own word (Sec-Fetch-Site) counts first; `same-site` is not us: it may be another port of this machine.
 */
export function isFromOurPages(headers: IncomingHttpHeaders, { publicUrl, origins }: Addresses): boolean {
  const { origin, host } = headers
  const site = headers['sec-fetch-site']
  if (site === 'same-origin' || site === 'none') return true
  if (origin !== undefined && origins.includes(origin)) return true
  if (site !== undefined) return false
  if (origin === undefined) return true
  const from = URL.parse(origin)
  return from !== null && (from.origin === (publicUrl && new URL(publicUrl).origin) || from.host === host)
}

/**
 * Without sign-in, whoever reaches the server is its user. A page of another site could get there by letting its own
 * name point to 127.0.0.1 (DNS rebinding); then `Host` says that name.
 */
export function isAddressedHere(
  { host }: IncomingHttpHeaders,
  { host: listening, publicUrl }: Addresses,
): boolean {
  if (!isLoopback(listening)) return true // the operator opened it, under names only they know
  const name = URL.parse(`http://${host}`)?.hostname.replace(/^\[|\]$/g, '')
  if (!host || !name) return false
  return isLoopback(name) || (publicUrl !== null && new URL(publicUrl).host === host)
}
