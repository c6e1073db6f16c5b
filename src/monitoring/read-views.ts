// Which of the views can be evaluated, and why the others cannot.
import type { Transaction } from '../db/database.ts'
import { pauses } from '../lib/pause.ts'
import { Problem } from '../lib/problems.ts'
import type { VqlItem } from '../views/filter.ts'
import { readVql } from '../views/parse.ts'
import type { BatchToEvaluate, Failure, MonitoredView } from './monitored-view.ts'
import { modelsOf, readNear, whyNotNear } from './near.ts'
import { tagsAmong } from './store.ts'

/**
 * Stored filters are checked like new ones, so that one which this version does not know fails by name. What was read is
 * kept on the view, which may be known for the next batch (known-views.ts).
 */
export async function readViews(
  tx: Transaction,
  batch: BatchToEvaluate,
  views: MonitoredView[],
  models: string[],
): Promise<{ readable: MonitoredView[]; failures: Failure[] }> {
  const pause = pauses()
  const read: MonitoredView[] = []
  const failures: Failure[] = []
  const tags = new Set<string>()
  for (const view of views) {
    await pause()
    try {
      view.tags ??= readTags(view)
      for (const tag of view.tags) tags.add(tag)
      read.push(view)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      failures.push({ view, reason: error.message })
    }
  }
  const presentTags = new Set(tags.size === 0 ? [] : await tagsAmong(tx, batch.dataset_id, [...tags]))
  await readNear(tx, read)
  const areCompared = read.some(({ near }) => near !== undefined && near.size > 0)
  const presentModels = new Set([...models, ...(areCompared ? await modelsOf(tx, batch.id) : [])])
  const readable: MonitoredView[] = []
  for (const view of read) {
    const missing = view.tags!.find(tag => !presentTags.has(tag))
    const reason =
      missing === undefined
        ? whyNotNear(view, presentModels)
        : `It asks for the tag ${missing}, which does not exist; make the view again.`
    if (reason === undefined) readable.push(view)
    else failures.push({ view, reason })
  }
  return { readable, failures }
}

function readTags(view: MonitoredView): string[] {
  const vql = readVql(view.filter.vql)
  view.filter = { ...view.filter, vql }
  return addTags(vql, [])
}

function addTags(vql: VqlItem[], tags: string[]): string[] {
  for (const item of vql) {
    if ('tags' in item) for (const tag of item.tags.value) tags.push(tag.toLowerCase())
    else if ('not' in item) addTags(item.not, tags)
    else if ('any_of' in item) for (const branch of item.any_of) addTags(branch, tags)
  }
  return tags
}
