// The one catalogue of everything Belfry refuses below 500. Each sentence tells what to change.
// docs/reference/errors.md lists the same names; a test compares the two.

type Headers = Record<string, string>

export class Problem extends Error {
  readonly code: string
  readonly status: number
  readonly headers: Headers

  constructor(code: string, status: number, detail: string, headers: Headers = {}) {
    super(detail)
    this.code = code
    this.status = status
    this.headers = headers
  }
}

const challenge = { 'www-authenticate': 'Bearer' }
const make =
  <Args extends unknown[]>(
    status: number,
    sentence: (...args: Args) => string,
    headers: Headers | ((...args: Args) => Headers) = {},
  ) =>
  (code: string) =>
  (...args: Args) =>
    new Problem(code, status, sentence(...args), typeof headers === 'function' ? headers(...args) : headers)

/** Also what becomes of a video in an archive or a bucket. */
export const ffmpegMissing = (ffmpeg: string): string =>
  `Videos need the program '${ffmpeg}', which this server does not have; install it (Debian: apt install ffmpeg), or send pictures.`

const catalogue = {
  // auth
  notAuthenticated: make(401, (why: string) => why, challenge),
  crossSiteRequest: make(
    403,
    () => 'This request came from another site. Send it from a configured origin, or use a Bearer token.',
  ),
  adminOnly: make(403, () => 'Only an administrator may do this.'),
  roleTooLow: make(403, (needed: string) => `This needs the role '${needed}' in the dataset; ask its owner.`),
  notAddressedHere: make(
    403,
    (host: string) =>
      `Without sign-in Belfry answers only under local names, not '${host}'. Set BELFRY_PUBLIC_URL.`,
  ),
  ownAccount: make(409, () => 'You cannot delete your own account; ask another administrator.'),
  tooManySignIns: make(
    429,
    (seconds: number) => `Too many attempts to sign in. Try again in ${seconds} seconds.`,
  ),
  wrongPassword: make(403, () => 'The current password is wrong.'),
  browserOnly: make(403, () => 'A password is changed in a browser: sign in there, and open the account.'),
  linkNotValid: make(
    401,
    () => 'This link was used already or has expired; ask for a new one, or sign in.',
    challenge,
  ),
  notFirstRun: make(409, () => 'There is an account already; sign in, or let an administrator make yours.'),
  userNotFound: make(404, () => 'User not found'),
  emailTaken: make(409, (email: string) => `A user with the email ${email} exists already.`),

  // http
  badRequest: make(400, (detail: string) => detail),
  routeNotFound: make(
    404,
    (path: string) => `There is no route ${path}. The routes are listed at /api/v1/docs.`,
  ),
  methodNotAllowed: make(
    405,
    (method: string, path: string, allowed: string) => `${method} is not allowed on ${path}; use ${allowed}.`,
    (_method: string, _path: string, allowed: string) => ({ allow: allowed }),
  ),
  tooLarge: make(
    413,
    (what: string, maxBytes: number) => `The ${what} is larger than the limit of ${maxBytes} bytes.`,
  ),
  invalid: make(422, (detail: string) => detail),
  notReady: make(503, (why: string) => `Belfry cannot answer requests now: ${why}. Try again soon.`, {
    'retry-after': '5',
  }),

  // datasets
  datasetNotFound: make(404, () => 'Dataset not found'),
  inviteeNotFound: make(
    404,
    (email: string) => `Nobody here has the email ${email}; ask an administrator to make the account first.`,
  ),
  memberNotFound: make(404, (email: string) => `The dataset is not shared with ${email}.`),
  lastOwner: make(
    409,
    () => 'A dataset keeps at least one owner; invite another one first, or delete the dataset.',
  ),
  userOwnsDatasets: make(
    409,
    (count: number) =>
      `This user is the only owner of ${count} dataset${count === 1 ? '' : 's'}; delete them, or let them invite another owner, first.`,
  ),

  // views
  invalidFilter: make(422, (detail: string) => detail),
  modelUnavailable: make(503, (why: string) => why, { 'retry-after': '30' }),
  viewNotFound: make(404, () => 'View not found'),
  viewNameTaken: make(
    409,
    (name: string) => `This dataset has a view named '${name}' already; choose another name.`,
  ),
  tooManyViews: make(409, (max: number) => `A dataset has at most ${max} views; delete one first.`),
  monitoringOff: make(400, () => 'Monitoring is off for this view; switch it on first.'),
  tagNotFound: make(404, () => 'Tag not found'),
  tagNameTaken: make(
    409,
    (name: string) => `This dataset has a tag named '${name}' already; choose another name.`,
  ),
  tooManyTags: make(409, (max: number) => `A dataset has at most ${max} tags; delete one first.`),
  mediaNotInDataset: make(404, (id: string) => `The media ${id} is not in this dataset.`),

  // notifications
  notificationNotFound: make(404, () => 'Notification not found'),
  notificationNotUnread: make(404, () => 'Notification not found or already read'),
  unknownCursor: make(
    422,
    (cursor: string) =>
      `The cursor '${cursor}' was not handed out by this server's stream. Connect without Last-Event-ID and read the list for what came before.`,
  ),
  pipelinedStream: make(
    400,
    () =>
      'A stream needs its connection to itself; do not send it behind a request that is still being answered.',
  ),

  // media
  notIndexed: make(
    400,
    (datasetId: string) => `Dataset ${datasetId} has no embedding_config — index the dataset first.`,
  ),
  notOneSource: make(400, () => 'Exactly one media source must be provided: files[], s3_uri, or archive'),
  invalidS3Uri: make(400, (uri: string) => `Invalid S3 URI or no media files found at ${uri}`),
  storeUnreachable: make(
    503,
    (uri: string, why: string) => `The store of ${uri} cannot be read now: ${why}. Try again soon.`,
    { 'retry-after': '30' },
  ),
  roleNotAllowed: make(
    403,
    (role: string) => `The role '${role}' may not be assumed here; its ARN must be in BELFRY_S3_ROLES.`,
  ),
  ffmpegMissing: make(400, ffmpegMissing),
  unknownArchive: make(
    400,
    (name: string) => `The archive '${name}' must be a .zip, .tar, .tar.gz or .tgz file.`,
  ),
  storageFull: make(
    507,
    () =>
      'The disk of this server is full; nothing was kept. Ask its operator to make room, then send it again.',
  ),
  brokenMultipart: make(
    400,
    () => 'The multipart body is broken or was cut; send it again, with the boundary its header names.',
  ),
  noFiles: make(400, () => 'No files were sent; send them as multipart fields named files.'),
  nothingUploaded: make(
    400,
    () => 'No files were uploaded to this transaction; send some before processing.',
  ),
  tooManyFiles: make(
    413,
    (max: number) => `One request takes up to ${max} files; send an archive, or several requests.`,
  ),
  tooManyFields: make(413, (max: number) => `One upload takes up to ${max} form fields; send fewer.`),
  transactionNotFound: make(404, () => 'Transaction not found'),
  transactionClosed: make(
    409,
    (transId: number) =>
      `Transaction ${transId} is being processed already; get a new trans_id for further files.`,
  ),
  wrongDatasetStatus: make(
    409,
    (operation: string, allowed: readonly string[], status: string) =>
      `Operation '${operation}' needs a dataset that is ${allowed.join(' or ')}; this one is ${status}.`,
  ),
  metadataFieldTaken: make(
    409,
    (name: string) => `The field '${name}' already exists in this dataset; declare another name.`,
  ),
  metadataFilled: make(
    409,
    (name: string) =>
      `The field '${name}' is filled already, and values are immutable; declare another field.`,
  ),
  metadataFilling: make(
    409,
    (name: string) =>
      `The field '${name}' is being filled by another request; wait for it, or a minute after it was cut off.`,
  ),
  batchNotFound: make(404, () => 'Batch not found'),
  exportNotFound: make(404, () => 'Export not found'),
  rangeNotThere: make(
    416,
    (bytes: number) => `The file has ${bytes} bytes; ask for a range within them.`,
    (bytes: number) => ({ 'content-range': `bytes */${bytes}` }),
  ),
  mediaNotFound: make(404, () => 'Media not found'),

  // tasks
  operationBlocked: make(
    409,
    (operation: string, taskType: string) =>
      `Operation '${operation}' is blocked while ${taskType} task is running`,
  ),
  taskNotFound: make(404, () => 'Task not found'),
  taskEnded: make(
    409,
    (status: string) => `The task is ${status} already; only an open task can be aborted.`,
  ),
  taskNotRetryable: make(
    409,
    (status: string) => `The task is ${status}; only a FAILED or ABORTED task can be retried.`,
  ),
  retryUnsupported: make(400, (taskType: string) => `A ${taskType} task cannot be retried; start it anew.`),
} satisfies Record<string, (code: string) => (...args: never[]) => Problem>

type Catalogue = { [Code in keyof typeof catalogue]: ReturnType<(typeof catalogue)[Code]> }

/** `problems.datasetNotFound()` is a Problem to throw, with its own name as its code. */
export const problems = Object.fromEntries(
  Object.entries(catalogue).map(([code, of]) => [code, of(code)]),
) as unknown as Catalogue
