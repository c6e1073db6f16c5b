// What went wrong with single entries and rows while the rest went in.

export interface Fault {
  /** A file name, or `image_annotations.csv line 7`. */
  subject: string
  /** One sentence for the person who sent it. */
  problem: string
}

/** A file with a fault in every row should not fill the task's list, or memory. */
export const maxFaults = 1000

/** Keeps the first `maxFaults`, and counts the rest. */
export function collectFaults(of: string) {
  const kept: Fault[] = []
  let dropped = 0
  return {
    add(subject: string, problem: string): void {
      if (kept.length < maxFaults) kept.push({ subject, problem })
      else dropped++
    },
    list: (): Fault[] =>
      dropped === 0 ? kept : [...kept, { subject: of, problem: `${dropped} more problems are not listed.` }],
  }
}
