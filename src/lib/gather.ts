// Many small questions as few large ones: what is asked while a question is under way waits for it, and goes out with
// everything else that waits. A single caller is asked for at once; ten thousand who come back together share queries.

interface Waiting<Key, Answer> {
  key: Key
  resolve: (answer: Answer) => void
  reject: (error: unknown) => void
}

/**
 * `ask` is given at most `most` keys and answers in their order. Its question begins after each of its keys was asked
 * for, so nobody gets an answer from before they asked. A question that fails, fails for all who share it.
 */
export function gather<Key, Answer>(
  ask: (keys: Key[]) => Promise<Answer[]>,
  most: number,
): (key: Key) => Promise<Answer> {
  const waiting: Waiting<Key, Answer>[] = []
  let asking = false

  async function askAll(): Promise<void> {
    asking = true
    while (waiting.length > 0) {
      const together = waiting.splice(0, most)
      try {
        const answers = await ask(together.map(({ key }) => key))
        for (const [i, { resolve }] of together.entries()) resolve(answers[i]!)
      } catch (error) {
        for (const { reject } of together) reject(error)
      }
    }
    asking = false
  }

  return key =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject })
      if (!asking) void askAll()
    })
}
