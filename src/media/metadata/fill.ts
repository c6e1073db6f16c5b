// Fills a declared field from a JSON list of `{media_id, value}`. Rows go by as they arrive; a bad one is counted, and
// the first are shown.
import type { Database, Transaction } from '../../db/database.ts'
import { problems } from '../../lib/problems.ts'
import { uuidPattern } from '../../lib/schemas.ts'
import { BrokenJson, elementsOf } from '../annotations/json.ts'
import { checkValue } from './field.ts'
import {
  type DeclaredField,
  endFilling,
  findField,
  holdFilling,
  type RowError,
  setValues,
  startFilling,
  stopFilling,
} from './store.ts'

const rowsAtOnce = 2_000
const maxSamples = 100
const uuid = new RegExp(uuidPattern)

interface Value {
  media_id: string
  value: unknown
  row: number
}

/** Throws 409 when the field was filled before, or is being, and 400 when the JSON is broken; what came before that is kept. */
export async function fillField(
  db: Database,
  { datasetId, userId }: { datasetId: string; userId: string },
  field: DeclaredField,
  body: AsyncIterable<Buffer>,
): Promise<void> {
  const startedAt = await db.transaction(tx => startFilling(tx, field.id))
  if (!startedAt) throw await refusal(db, datasetId, field)
  const holding = <T>(work: (tx: Transaction) => Promise<T>) =>
    db.transaction(async tx => {
      if (!(await holdFilling(tx, { datasetId, id: field.id, startedAt })))
        throw problems.metadataFilling(field.field_name)
      return work(tx)
    })
  let inserted = 0
  let errors = 0
  const samples: RowError[] = []
  const refuse = (row_index: number, reason: string) => {
    errors++
    if (samples.length < maxSamples) samples.push({ reason, row_index })
  }

  const write = async (values: Map<string, Value>) => {
    const set = await holding(tx => setValues(tx, datasetId, field.field_name, [...values.values()]))
    inserted += set.size
    for (const { media_id, row } of values.values())
      if (!set.has(media_id)) refuse(row, 'The dataset has no such media_id')
  }

  let values = new Map<string, Value>()
  try {
    for await (const { index, value: element } of elementsOf(asObject(body), ['rows'])) {
      const { media_id, value } = (element ?? {}) as { media_id?: unknown; value?: unknown }
      const checked = checkValue(field, value)
      if (typeof media_id !== 'string' || !uuid.test(media_id)) refuse(index, 'Expected a media_id')
      else if ('reason' in checked) refuse(index, checked.reason)
      else
        values.set(media_id.toLowerCase(), {
          media_id: media_id.toLowerCase(),
          value: checked.value,
          row: index,
        })
      if (values.size >= rowsAtOnce) {
        await write(values)
        values = new Map()
      }
    }
    await write(values)
    await holding(tx =>
      endFilling(tx, { datasetId, userId, startedAt }, field, { inserted, errors, samples }),
    )
  } catch (error) {
    await db.transaction(tx => stopFilling(tx, field.id, startedAt))
    if (!(error instanceof BrokenJson)) throw error
    throw problems.badRequest(
      'The body must be a JSON list of {"media_id", "value"}; it is not, or was cut. Send it again.',
    )
  }
}

async function refusal(db: Database, datasetId: string, { id, field_name }: DeclaredField) {
  const now = await findField(db, datasetId, id)
  if (!now) return problems.taskNotFound()
  return now.status.startsWith('COMPLETED')
    ? problems.metadataFilled(field_name)
    : problems.metadataFilling(field_name)
}

/** The reader of lists wants them inside an object. */
async function* asObject(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield Buffer.from('{"rows":')
  let begun = false
  for await (const chunk of body) {
    const first: string = begun ? '' : chunk.toString('latin1').trimStart().slice(0, 1)
    if (first !== '' && first !== '[') throw new BrokenJson('It is no list.')
    begun ||= first === '['
    yield chunk
  }
  if (!begun) throw new BrokenJson('It is empty.')
  yield Buffer.from('}')
}
