import type { Config } from '../config.ts'
import type { Database, Transaction } from '../db/database.ts'

/** What the routes of accounts are made of. */
export interface AuthParts {
  db: Database
  config: Config
  serverKey: Buffer
  /** Takes a user who is being deleted out of the datasets, or throws. */
  leaveDatasets: (tx: Transaction, userId: string) => Promise<void>
}
