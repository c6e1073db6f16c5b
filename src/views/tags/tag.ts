// A tag is a name that people of a dataset give to its media by hand.
import { type Static, Type } from 'typebox'
import { Instant, Uuid } from '../../lib/schemas.ts'

export const Tag = Type.Object({ id: Uuid, name: Type.String(), created_at: Instant })
export type Tag = Static<typeof Tag>

/** Each item carries the ids of its tags; nobody picks from a longer list by hand. */
export const maxTagsPerDataset = 1000
/** One request to assign a tag; each item is locked and rewritten. */
export const maxMediaPerRequest = 1000
