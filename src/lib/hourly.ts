const hourMs = 3_600_000

/** Does it now and every hour, until it is stopped. */
export function hourly(work: () => Promise<unknown>, failed: (error: unknown) => void): { stop: () => void } {
  const run = () => void work().catch(failed)
  run()
  const timer = setInterval(run, hourMs)
  return { stop: () => clearInterval(timer) }
}
