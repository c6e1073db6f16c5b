import type { Server } from '../http/server.ts'
import { credentialRoutes } from './credential-routes.ts'
import { linkRoutes } from './link-routes.ts'
import type { AuthParts } from './parts.ts'
import { passwordRoutes } from './password-routes.ts'
import { signInRoutes } from './sign-in-routes.ts'
import { userRoutes } from './user-routes.ts'

export function authRoutes(server: Server, parts: AuthParts): void {
  signInRoutes(server, parts)
  linkRoutes(server, parts)
  passwordRoutes(server, parts)
  credentialRoutes(server, parts)
  userRoutes(server, parts)
}
