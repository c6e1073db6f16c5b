// Which of the views can be evaluated, and why the others cannot.
import type { Transaction } from '../db/database.ts'
import { pauses } from '../lib/pause.ts'
import { Problem } from '../lib/problems.ts'
import type { VqlItem } from '../views/filter.ts'
import { readVql } from '../views/parse.ts'
import type { BatchToEvaluate, Failure, MonitoredView } from './evaluate.ts'
import { readNear } from './near.ts'
import { tagsAmong } from './store.ts'

/** Stored filters are read anew, so that one which this version does not know fails by name. */
export async function readViews(
  tx: Transaction,
  batch: BatchToEvaluate,
  views: MonitoredView[],
  models: string[],
): Promise<{ readable: MonitoredView[]; failures: Failure[] }> {
  const pause = pauses()
  const read: { view: MonitoredView; tags: string[] }[] = []
  const failures: Failure[] = []
  const tags = new Set<string>()
  for (const view of views) {
    await pause()
    try {
      const vql = readVql(view.filter.vql)
      const asked = addTags(vql, [])
      for (const tag of asked) tags.add(tag)
      read.push({ view: { ...view, filter: { ...view.filter, vql } }, tags: asked })
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      failures.push({ view, reason: error.message })
    }
  }
  const present = new Set(tags.size === 0 ? [] : await tagsAmong(tx, batch.dataset_id, [...tags]))
  const near = await readNear(
    tx,
    batch.id,
    read.map(({ view }) => view),
    models,
  )
  const readable: MonitoredView[] = []
  for (const { view, tags } of read) {
    const missing = tags.find(tag => !present.has(tag))
    const compared = near.get(view)
    if (missing !== undefined)
      failures.push({
        view,
        reason: `It asks for the tag ${missing}, which does not exist; make the view again.`,
      })
    else if (typeof compared === 'string') failures.push({ view, reason: compared })
    else readable.push({ ...view, near: compared })
  }
  return { readable, failures }
}

function addTags(vql: VqlItem[], tags: string[]): string[] {
  for (const item of vql) {
    if ('tags' in item) for (const tag of item.tags.value) tags.push(tag.toLowerCase())
    else if ('not' in item) addTags(item.not, tags)
    else if ('any_of' in item) for (const branch of item.any_of) addTags(branch, tags)
  }
  return tags
}
