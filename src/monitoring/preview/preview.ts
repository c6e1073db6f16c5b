// What a view would have counted on the last batches, before anybody saves it. People ask while they type: columns that
// were read once stay in memory (../columnar/kept-tiles.ts), and who asks anew stops what they asked before.
import { type Static, Type } from 'typebox'
import type { EvaluatorSetting } from '../../config.ts'
import { languageOf } from '../../datasets/datasets.ts'
import type { Queryable } from '../../db/database.ts'
import { Instant, Uuid } from '../../lib/schemas.ts'
import type { Vectors } from '../../vectors/vectors.ts'
import { captureVectors } from '../../views/capture.ts'
import type { ViewFilter } from '../../views/filter.ts'
import { MediaPreview, mediaPreview } from '../../views/media-preview.ts'
import { Reason, reasonsFor } from '../../views/reasons.ts'
import { resolve, scoresOf } from '../../views/resolve.ts'
import type { ColumnarEvaluator } from '../columnar/evaluator.ts'
import { countPast, type Past } from './count-past.ts'
import { latestBatches, samplesAt } from './store.ts'

export const Preview = Type.Object({
  batches: Type.Array(Type.Object({ batch_id: Uuid, timestamp: Instant, count: Type.Integer() }), {
    description: 'The last evaluated batches, ascending, as a trend would show them',
  }),
  total: Type.Integer({ description: 'Matches in all of them' }),
  would_alert: Type.Integer({ description: 'Batches with at least one match' }),
  samples: Type.Array(Type.Object({ ...MediaPreview.properties, reasons: Type.Array(Reason) }), {
    description: 'The newest matches',
  }),
})
export type Preview = Static<typeof Preview>

/** Enough to see whether the filter means what was meant. */
const maxSamples = 12

export interface PreviewParts {
  db: Queryable
  vectors: Vectors
  columnar: ColumnarEvaluator
  setting: EvaluatorSetting
}

/** Counts over the last `batches` evaluated batches of the dataset. */
export async function previewView(
  { db, vectors, columnar, setting }: PreviewParts,
  datasetId: string,
  filter: ViewFilter,
  batches: number,
  signal?: AbortSignal,
): Promise<Preview> {
  const captured = await captureVectors(db, vectors, datasetId, filter)
  const latest = await latestBatches(db, datasetId, batches)
  const resolved = await resolve(db, vectors.search, captured, {
    datasetId,
    batchIds: latest.map(({ id }) => id),
    entityType: filter.entity_type,
  })
  const language = await languageOf(db, datasetId)
  const past: Past = { batches: latest, filter, language, captured, resolved, maxFirst: maxSamples, signal }
  const counts = await countPast({ db, columnar, setting }, past)
  const samples = await samplesAt(db, newest(latest, counts))
  const scores = scoresOf(resolved.found)
  return {
    batches: latest.map(({ id, evaluated_at }, i) => ({
      batch_id: id,
      timestamp: evaluated_at,
      count: counts[i]!.count,
    })),
    total: counts.reduce((sum, { count }) => sum + count, 0),
    would_alert: counts.filter(({ count }) => count > 0).length,
    samples: samples.map(row => ({
      ...mediaPreview(row),
      reasons: reasonsFor(filter, row.scores, scores(row)),
    })),
  }
}

/** The first matches of the newest batches that have any. */
const newest = (batches: { id: string }[], counts: { first: number[] }[]) =>
  batches
    .flatMap(({ id }, i) => [{ batchId: id, ordinals: counts[i]!.first }])
    .toReversed()
    .flatMap(({ batchId, ordinals }) => ordinals.map(ordinal => ({ batchId, ordinal })))
    .slice(0, maxSamples)
