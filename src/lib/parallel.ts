/**
 * Does `work` for every item, at most `limit` at once. After the first error no new item is begun; it is thrown once
 * everything under way has ended, so that nothing goes on unseen.
 */
export async function inParallel<Item>(
  limit: number,
  items: Iterable<Item> | AsyncIterable<Item>,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
  let ended = false
  const lane = async () => {
    try {
      while (!ended) {
        const next = await iterator.next()
        if (next.done) ended = true
        else await work(next.value)
      }
    } catch (error) {
      ended = true
      throw error
    }
  }
  const lanes = await Promise.allSettled(Array.from({ length: limit }, lane))
  const failed = lanes.find(lane => lane.status === 'rejected')
  if (failed) {
    await iterator.return?.()
    throw failed.reason
  }
}
