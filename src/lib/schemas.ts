// The JSON schemas that several slices share.
import { type Static, type TSchema, Type } from 'typebox'

// `format: uuid` would also accept `urn:uuid:…`, which PostgreSQL refuses.
export const uuidPattern = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$'
export const Uuid = Type.String({
  pattern: uuidPattern,
  description: 'UUID, any version',
})
export const Instant = Type.String({
  description: 'UTC, ISO 8601 with six fractional digits, without a zone',
})
export const OrNull = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()])
export const ErrorBody = Type.Object({
  detail: Type.String({ description: 'One sentence that says what to change' }),
})
export const DatasetParams = Type.Object({ dataset_id: Uuid })
export type DatasetParams = Static<typeof DatasetParams>
