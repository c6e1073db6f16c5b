// Who may see what: a dataset is visible to its members only. Other slices read and change datasets through this
// file.
import { type Static, Type } from 'typebox'
import type { Role as RoleName } from '../lib/caller.ts'
import { isOneLine } from '../lib/one-line.ts'
import { problems } from '../lib/problems.ts'
import { Instant, OrNull, Uuid } from '../lib/schemas.ts'

export { type Language, readLanguage } from './language.ts'
export {
  createDataset,
  findDataset,
  holdMembers,
  languageOf,
  lockDataset,
  membersOf,
  nextEventSeq,
  roleIn,
  setDatasetStatus,
} from './store.ts'

const statuses = ['DRAFT', 'INDEXING', 'READ ONLY', 'PARTIAL INDEX', 'READY', 'ERROR'] as const
export type DatasetStatus = (typeof statuses)[number]
const Status = Type.Unsafe<DatasetStatus>(Type.String({ enum: [...statuses] }))

const Model = Type.Object({ model: Type.String(), dims: Type.Integer() })
const EmbeddingConfig = Type.Object(
  {
    image: Type.Optional(OrNull(Model)),
    text: Type.Optional(OrNull(Model)),
    client: Type.Optional(OrNull(Model)),
  },
  { description: 'The models it was indexed with last; client: vectors that came with media' },
)
export type EmbeddingConfig = Static<typeof EmbeddingConfig>

/** What the API shows of a dataset. `status` is the older name of `status_new`; both say the same. */
export const Dataset = Type.Object({
  id: Uuid,
  display_name: Type.String(),
  description: Type.String(),
  source_type: Type.String(),
  language: Type.String({ description: 'Its words are searched in it' }),
  owned_by: Uuid,
  created_at: Instant,
  status_new: Status,
  status: Status,
  progress: Type.Number({ description: '0–100' }),
  embedding_config: OrNull(EmbeddingConfig),
  n_images: Type.Integer(),
  n_videos: Type.Integer(),
  n_objects: Type.Integer(),
  fatal_error_msg: OrNull(Type.String()),
  source_dataset_id: OrNull(Uuid),
})
export type Dataset = Static<typeof Dataset>

export interface Member {
  user_id: string
  email: string
  role: RoleName
}

export const Role = Type.Unsafe<RoleName>(Type.String({ enum: ['viewer', 'editor', 'owner'] }))

const maxNameLength = 200

/** A dataset's name without spaces around it. Throws `invalid` unless 1–200 characters are left. */
export function datasetName(text: string): string {
  const name = text.trim()
  if (name.length === 0 || name.length > maxNameLength)
    throw problems.invalid(
      `A dataset's name has 1 to ${maxNameLength} characters; this one has ${name.length}.`,
    )
  if (!isOneLine(name))
    throw problems.invalid("A dataset's name is one line of text without control characters.")
  return name
}
