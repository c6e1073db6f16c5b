// How a command that failed says so: one sentence, no stack, and an exit code.
import { BelfryError, BelfryUnreachable } from '@belfry/client'
import { CommanderError } from 'commander'
import { ConfigError } from '../config.ts'
import { belfry } from './invocation.ts'

export const exitCodes = { failed: 1, wrongUse: 2, interrupted: 130 } as const

/** The command was called in a way that cannot work; the sentence says which way does. */
export class WrongUse extends Error {}
/** It could not do what was asked; the sentence says why. */
export class Failed extends Error {}

/** Writes the sentence to standard error and returns the exit code. */
export function explain(error: unknown): number {
  // Commander has written its sentence, or the help, already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.wrongUse
  if (error instanceof Error && error.name === 'AbortError') return exitCodes.interrupted
  console.error(sentence(error))
  return error instanceof WrongUse || error instanceof ConfigError ? exitCodes.wrongUse : exitCodes.failed
}

function sentence(error: unknown): string {
  if (error instanceof BelfryUnreachable)
    return `No Belfry answers at ${error.url}. Start it with '${belfry('serve')}', or name another with --url or BELFRY_URL.`
  if (error instanceof BelfryError && error.status === 401)
    return `${error.detail} Keys come from --api-key and --api-secret, BELFRY_API_KEY and BELFRY_API_SECRET, or the profile that '${belfry('user create')}' saves.`
  if (error instanceof BelfryError && error.status >= 500)
    return `${error.detail}${error.requestId ? ` (request ${error.requestId})` : ''}`
  if (error instanceof Error) return explainSystem(error) ?? error.message
  return String(error)
}

/** Where Node was to listen. */
interface Addressed {
  port?: number
  address?: string
  hostname?: string
}

/** Node's own refusals name a system call; these are the ones a person can mend. */
function explainSystem(error: NodeJS.ErrnoException & Addressed): string | undefined {
  if (error.code === 'EADDRINUSE')
    return `Port ${error.port} is in use. Stop what listens there, or choose another with BELFRY_PORT.`
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return `This machine has no address ${error.address ?? error.hostname}. Choose another with BELFRY_HOST.`
  if (error.code === 'EEXIST' || error.code === 'ENOTDIR') return error.path && `${error.path} is no folder.`
  if (error.code === 'EACCES' || error.code === 'EPERM')
    return error.path && `${error.path} may not be read or written by this user.`
  if (error.code === 'ENOENT') return error.path && `There is no ${error.path}.`
  if (error.code === 'ENOSPC') return 'The disk is full.'
  return undefined
}
