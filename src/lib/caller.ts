// Who is asking. Every route says which access it needs; src/http/guard.ts enforces it in one place.
export type Role = 'viewer' | 'editor' | 'owner'

export interface Caller {
  userId: string
  isAdmin: boolean
  via: 'jwt' | 'session' | 'local' | 'setup-key'
  /** The API key of a JWT: its revocation closes what it opened. */
  apiKey?: string
  /** The session of a cookie (a hash, in hex): signing out closes what it opened. */
  session?: string
}

/**
 * What a route asks of its caller. A role is meant in the dataset of the path parameter `dataset_id`: who is no
 * member gets 404, whose role is too low 403. `user` routes scope what they answer to the caller themselves.
 */
export type Access = 'public' | 'user' | 'admin' | Role

const rank: Record<Role, number> = { viewer: 1, editor: 2, owner: 3 }
export const mayActAs = (role: Role, needed: Role): boolean => rank[role] >= rank[needed]

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
    /** A GET that changes something: guarded against other sites as a POST is. */
    changesState?: true
    /** X-Belfry-Setup-Key stands for an administrator here. */
    setupKey?: true
  }
  interface FastifyRequest {
    caller: Caller
  }
}
