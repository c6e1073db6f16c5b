// The whole API behind one object; each resource is a file of resources/.
import { type ClientOptions, connect } from './connection.ts'
import { datasets } from './resources/datasets.ts'
import { explore } from './resources/explore.ts'
import { media } from './resources/media.ts'
import { notifications } from './resources/notifications.ts'
import { tasks } from './resources/tasks.ts'
import { credentials, session, users } from './resources/users.ts'
import { views } from './resources/views.ts'
import { followStream, type NotificationStream, type StreamOptions } from './stream.ts'

/** Every method throws BelfryError when the server refuses, and BelfryUnreachable when it does not answer. */
export class BelfryClient {
  readonly url: string
  readonly datasets: ReturnType<typeof datasets>
  readonly media: ReturnType<typeof media>
  readonly views: ReturnType<typeof views>
  readonly explore: ReturnType<typeof explore>
  readonly tasks: ReturnType<typeof tasks>
  readonly notifications: ReturnType<typeof notifications>
  readonly users: ReturnType<typeof users>
  readonly session: ReturnType<typeof session>
  readonly credentials: ReturnType<typeof credentials>
  /** Live alerts: `for await (const alert of client.stream()) …`. */
  readonly stream: (options?: StreamOptions) => NotificationStream
  /** `tasks.waitFor`: resolves when the task has ended, and says how far it is until then. */
  readonly waitForTask: ReturnType<typeof tasks>['waitFor']
  /** A token for other tools: `curl -H "Authorization: Bearer …"`. Undefined when a cookie signs in. */
  readonly token: () => Promise<string | undefined>

  constructor(options: ClientOptions) {
    const connection = connect(options)
    this.url = connection.base
    this.datasets = datasets(connection)
    this.media = media(connection)
    this.views = views(connection)
    this.explore = explore(connection)
    this.tasks = tasks(connection)
    this.notifications = notifications(connection)
    this.users = users(connection)
    this.session = session(connection)
    this.credentials = credentials(connection)
    this.waitForTask = this.tasks.waitFor
    this.stream = (options = {}) => followStream(connection, options)
    this.token = async () => (await connection.authorization()).authorization?.slice('Bearer '.length)
  }
}
