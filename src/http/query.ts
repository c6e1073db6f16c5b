// Parameters arrive as text. Booleans are read as their clients' languages print them: Python's requests sends `True`.
// Numbers are read as people write them: left to the schema check, JavaScript's reading would take `0x10` for a whole
// number and let `Infinity` pass every bound.
import type { FastifyInstance } from 'fastify'
import { booleanText } from '../lib/boolean.ts'
import { problems } from '../lib/problems.ts'
import { uuidPattern } from '../lib/schemas.ts'

interface ObjectSchema {
  properties?: Record<string, { type?: string; pattern?: string }>
}

export function readParameterTexts(server: FastifyInstance): void {
  server.addHook('preValidation', async ({ routeOptions: { schema }, params, query }) => {
    readTexts('Path parameter', schema?.params, params)
    readTexts('Query parameter', schema?.querystring, query)
  })
}

function readTexts(place: string, schema: unknown, given: unknown): void {
  const values = given as Record<string, unknown>
  for (const [name, { type, pattern }] of Object.entries(
    (schema as ObjectSchema | undefined)?.properties ?? {},
  )) {
    const value = values[name]
    if (typeof value !== 'string') continue
    if (type === 'boolean') values[name] = booleanText(value)
    // As the database writes them: code compares ids as text.
    if (pattern === uuidPattern) values[name] = value.toLowerCase()
    if (type === 'integer' && !/^[+-]?\d+$/.test(value))
      throw problems.invalid(`${place} '${name}' must be a whole number.`)
    if (type === 'number' && !isDecimal(value))
      throw problems.invalid(`${place} '${name}' must be a number like 0.75.`)
  }
}

const isDecimal = (text: string): boolean =>
  /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text))
