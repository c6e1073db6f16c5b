// Which of the views can be evaluated, and why the others cannot.
import type { Transaction } from '../db/database.ts'
import { pauses } from '../lib/pause.ts'
import { Problem } from '../lib/problems.ts'
import type { VqlItem } from '../views/filter.ts'
import { readVql } from '../views/parse.ts'
import type { BatchToEvaluate, Failure, MonitoredView } from './evaluate.ts'
import { readNear } from './near.ts'
import { tagsAmong } from './store.ts'

/** Stored filters are checked like new ones, so that one which this version does not know fails by name. */
export async function readViews(
  tx: Transaction,
  batch: BatchToEvaluate,
  views: MonitoredView[],
  models: string[],
): Promise<{ readable: MonitoredView[]; failures: Failure[] }> {
  const pause = pauses()
  const read: Read[] = []
  const failures: Failure[] = []
  const tags = new Set<string>()
  for (const view of views) {
    await pause()
    try {
      const one = readBefore.get(view) ?? readView(view)
      for (const tag of one.tags) tags.add(tag)
      read.push(one)
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

interface Read {
  view: MonitoredView
  /** The tags it asks for. */
  tags: string[]
}

/** Views that are known (known-views.ts) are read once. */
const readBefore = new WeakMap<MonitoredView, Read>()

function readView(view: MonitoredView): Read {
  const vql = readVql(view.filter.vql)
  const read = { view: { ...view, filter: { ...view.filter, vql } }, tags: addTags(vql, []) }
  readBefore.set(view, read)
  return read
}

function addTags(vql: VqlItem[], tags: string[]): string[] {
  for (const item of vql) {
    if ('tags' in item) for (const tag of item.tags.value) tags.push(tag.toLowerCase())
    else if ('not' in item) addTags(item.not, tags)
    else if ('any_of' in item) for (const branch of item.any_of) addTags(branch, tags)
  }
  return tags
}
