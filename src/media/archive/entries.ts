// What the readers of archives have in common.

export interface ArchiveEntry {
  /** As the archive has it: hostile. */
  name: string
  /** As the archive claims; the body is held to it. */
  bytes: number
  packedBytes: number | null
  isFolder: boolean
  /** Why the entry is not taken in, if that is known before it is read. */
  refusal: string | null
  body: () => AsyncIterable<Buffer>
}

/** The archive cannot be read any further. The message is a sentence. */
export class BrokenArchive extends Error {}
/** One entry is bad; the next may be read. The message is a sentence about `it`. */
export class BrokenEntry extends Error {}
