// Nothing is waited for without a bound: what does not come is named, and the test, or the file, fails and ends.

/** Far beyond what it takes, on a busy machine too. */
const deadlineMs = 60_000

export async function withDeadline<T>(promise: Promise<T>, what: string, ms = deadlineMs): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come within ${ms} ms`)), ms)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + deadlineMs
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`${what} did not become true within ${deadlineMs} ms`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}
