// What tabs tell each other. One of them holds the stream, because a browser opens only six connections to a server.
import type { Notification, StreamChange } from '@belfry/client'

export type LiveStatus =
  | { state: 'connecting' }
  | { state: 'live' }
  /** What is on screen may be old; it is tried again without end. */
  | { state: 'lost'; reason: string }

export type LiveMessage =
  /** A tab that has just come asks how things are. */
  | { kind: 'hello' }
  /** Also the leader's sign of life. */
  | { kind: 'status'; status: LiveStatus }
  | { kind: 'alert'; alert: Notification; cursor: string | undefined }
  | { kind: 'change'; change: StreamChange }
  /** The server no longer lets this user in. */
  | { kind: 'refused' }
