import type { TableFile } from './annotations/table.ts'
import { localFile } from './local-file.ts'
import type { Storage } from './storage.ts'

/** A table in storage, read by what its name says it is. */
export const storedTable = (storage: Storage, path: string, key: string): TableFile => ({
  path,
  open: () => storage.open(key),
  local: () => localFile(storage, key),
})
