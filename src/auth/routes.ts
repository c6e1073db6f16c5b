import type { Config } from '../config.ts'
import type { Database, Transaction } from '../db/database.ts'
import type { Server } from '../http/server.ts'
import { credentialRoutes } from './credential-routes.ts'
import { linkRoutes } from './link-routes.ts'
import { passwordRoutes } from './password-routes.ts'
import { signInRoutes } from './sign-in-routes.ts'
import { userRoutes } from './user-routes.ts'

export interface AuthParts {
  db: Database
  config: Config
  serverKey: Buffer
  /** Takes a user who is being deleted out of the datasets, or throws. */
  leaveDatasets: (tx: Transaction, userId: string) => Promise<void>
}

export function authRoutes(server: Server, parts: AuthParts): void {
  signInRoutes(server, parts)
  linkRoutes(server, parts)
  passwordRoutes(server, parts)
  credentialRoutes(server, parts)
  userRoutes(server, parts)
}
