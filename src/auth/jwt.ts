// API clients sign their own tokens: HS256 with their api_secret; `kid` and `sub` are their api_key.
import { decodeProtectedHeader, errors, jwtVerify } from 'jose'
import { problems } from '../lib/problems.ts'

/** Clocks of clients and server may differ by this much. */
const clockLeewaySeconds = 30
const maxLifetimeSeconds = 24 * 3600
/** A token with its few claims has some 300 characters; a longer one is not worth reading. */
const maxTokenLength = 4096
/**
 * Tokens whose signature is known to be good, so that a client which polls costs no thread pool work: 0.2 ms each,
 * and more when picture decoding fills the pool. Some 4 MB when full.
 */
const maxRemembered = 10_000

export interface VerifiedToken {
  apiKey: string
  /** Unix seconds. */
  expires: number
}

const refused = problems.notAuthenticated

/** Checks a token on its own; whether its api_key is (still) somebody's is not known here. Throws notAuthenticated. */
export async function verifyToken(
  token: string,
  secretOf: (apiKey: string) => string,
  now = new Date(),
): Promise<VerifiedToken> {
  if (token.length > maxTokenLength)
    throw refused(
      `The token has more than ${maxTokenLength} characters; sign one with the documented claims only.`,
    )
  const { alg, kid } = readHeader(token)
  if (alg !== 'HS256') throw refused("The token's 'alg' must be HS256.")
  if (typeof kid !== 'string' || kid === '') throw refused("The token's header needs a 'kid': your api_key.")
  const { payload } = await jwtVerify(token, new TextEncoder().encode(secretOf(kid)), {
    algorithms: ['HS256'],
    issuer: 'sdk',
    subject: kid,
    requiredClaims: ['exp', 'iat'],
    clockTolerance: clockLeewaySeconds,
    currentDate: now,
  }).catch(error => {
    throw explain(error)
  })
  const { iat: issued, exp: expires } = payload as { iat: number; exp: number }
  if (issued > now.getTime() / 1000 + clockLeewaySeconds)
    throw refused("The token's 'iat' is in the future; check the clock of the machine that signed it.")
  if (expires - issued > maxLifetimeSeconds)
    throw refused("The token lives longer than 24 hours; sign one with an earlier 'exp'.")
  return { apiKey: kid, expires }
}

const notAJwt = 'The token is not a JWT; send three base64url parts with dots between them.'

function readHeader(token: string) {
  try {
    return decodeProtectedHeader(token)
  } catch {
    throw refused(notAJwt)
  }
}

const isPast = (expires: number, now: Date): boolean => expires <= now.getTime() / 1000 - clockLeewaySeconds

/** verifyToken with a bounded memory of good signatures. Who may use the api_key is asked anew for each request. */
export function tokenVerifier(secretOf: (apiKey: string) => string) {
  const remembered = new Map<string, VerifiedToken>()
  return async (token: string, now = new Date()): Promise<VerifiedToken> => {
    const known = remembered.get(token)
    if (known && !isPast(known.expires, now)) return known
    remembered.delete(token)
    const verified = await verifyToken(token, secretOf, now)
    const [oldest] = remembered.keys()
    if (remembered.size >= maxRemembered) remembered.delete(oldest!)
    remembered.set(token, verified)
    return verified
  }
}

const claimSentences: Record<string, string> = {
  sub: "The token's 'sub' must equal its 'kid': your api_key.",
  iss: "The token's 'iss' must be \"sdk\".",
  exp: "The token needs an 'exp': Unix seconds, at most 24 hours after 'iat'.",
  iat: "The token needs an 'iat': the Unix seconds at which it was signed.",
  nbf: "The token is not valid yet; check its 'nbf' and the clock of the machine that signed it.",
}

function explain(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return refused('The token has expired; sign a new one.')
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return refused(
      "The token's signature does not fit its 'kid'; sign it with that key's current api_secret.",
    )
  if (error instanceof errors.JWTClaimValidationFailed)
    return refused(claimSentences[error.claim] ?? `The token's '${error.claim}' is not valid.`)
  return error instanceof errors.JOSEError ? refused(notAJwt) : error
}
