// Tags that come with media, by name.
import type { Transaction } from '../../db/database.ts'
import { insertMissingTags } from './store.ts'
import { maxTagsPerDataset } from './tag.ts'

/**
 * The ids of tags by their names. Those that the dataset lacks are made, as many as it may have: a bound on a list for
 * people, so it is not worth a lock that two requests at once may pass it by a few.
 */
export async function tagsNamed(
  tx: Transaction,
  datasetId: string,
  names: string[],
): Promise<Map<string, string>> {
  const tags = await insertMissingTags(tx, datasetId, names, maxTagsPerDataset)
  return new Map(tags.map(({ id, name }) => [name, id]))
}
