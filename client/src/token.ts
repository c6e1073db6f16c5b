// An API client signs its own tokens: HS256 with its api_secret, and its api_key as `kid` and `sub`.

/** How long a token lives. Short, because a leaked one cannot be called back without the key. */
export const tokenLifetimeSeconds = 15 * 60
/** A token is replaced this long before its end, so that none expires on the way. */
const renewBeforeSeconds = 60

export type TokenSource = () => string | Promise<string>

/** Returns a JWT that is valid from `nowMs` (Unix milliseconds) for `lifetimeSeconds`. */
export async function signToken(
  apiKey: string,
  apiSecret: string,
  nowMs: number,
  lifetimeSeconds = tokenLifetimeSeconds,
): Promise<string> {
  const iat = Math.floor(nowMs / 1000)
  const header = { alg: 'HS256', typ: 'JWT', kid: apiKey }
  const claims = { sub: apiKey, iat, exp: iat + lifetimeSeconds, iss: 'sdk' }
  const signed = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims))}`
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', utf8(apiSecret), hmac, false, ['sign'])
  const signature = await crypto.subtle.sign('HMAC', key, utf8(signed))
  return `${signed}.${base64url(new Uint8Array(signature))}`
}

/** A token that is always fresh: signed when first needed, and again shortly before it expires. */
export function signingSource(apiKey: string, apiSecret: string, now = Date.now): TokenSource {
  let token = Promise.resolve('')
  let renewAtMs = 0
  return () => {
    if (now() >= renewAtMs) {
      renewAtMs = now() + (tokenLifetimeSeconds - renewBeforeSeconds) * 1000
      token = signToken(apiKey, apiSecret, now())
    }
    return token
  }
}

const utf8 = (text: string) => new TextEncoder().encode(text)

function base64url(value: string | Uint8Array): string {
  const bytes = typeof value === 'string' ? utf8(value) : value
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
