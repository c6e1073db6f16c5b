/**
 * Each item with what `work` makes of it, which goes on for the next item while this one is looked at. Whoever stops early
 * waits for what is under way, so that nothing goes on unseen.
 */
export async function* oneAhead<Item, Made>(
  items: Iterable<Item>,
  work: (item: Item) => Promise<Made>,
): AsyncGenerator<[Item, Made]> {
  let before: { item: Item; made: Promise<Made> } | undefined
  try {
    for (const item of items) {
      const made = work(item)
      made.catch(() => {}) // thrown where it is awaited
      const due = before
      before = { item, made }
      if (due) yield [due.item, await due.made]
    }
    const last = before
    before = undefined
    if (last) yield [last.item, await last.made]
  } finally {
    await before?.made.catch(() => {})
  }
}
