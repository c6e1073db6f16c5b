// Precision and recall of the issues on planted faults, through a whole server: originals make the dataset, changed
// copies come in as a batch, wrong labels are given to some of the originals.
import sharp, { type Sharp } from 'sharp'
import sql from 'sql-template-tag'
import type { Queryable } from '../src/db/database.ts'
import { startTestApp } from '../test/support/app.ts'
import { addMedia, ended, form, newDataset } from '../test/support/media.ts'
import { document } from './support/document.ts'
import type { Figure } from './support/figures.ts'
import { say } from './support/places.ts'
import { annotationsOf, readStamps, type Stamp } from './support/stamps.ts'

type Bytes = Buffer<ArrayBuffer>
type Issue = 'blur' | 'dark' | 'duplicates' | 'outliers' | 'mislabels' | 'label_outlier'
interface Planted {
  name: string
  bytes: Bytes
}

/** A third of the pictures have a changed copy, each of one kind; every twentieth label is wrong. */
const everyFault = 15
const everyLabel = 20
/** Labels are folders with enough pictures to have neighbours. */
const minOfLabel = 15
const odd = 8

const asJpeg = (picture: Sharp, quality = 90) => picture.jpeg({ quality }).toBuffer() as Promise<Bytes>

const changes: Record<string, (picture: Bytes) => Promise<Bytes>> = {
  blurred: picture => asJpeg(sharp(picture).blur(4)), // 1 % of the width
  darkened: picture => asJpeg(sharp(picture).linear(0.25, 0)),
  're-encoded': picture => asJpeg(sharp(picture).resize({ width: 250 }), 50),
  recoloured: picture => asJpeg(sharp(picture).modulate({ hue: 120 })),
  cropped: async picture => {
    const { width, height } = await sharp(picture).metadata()
    const [left, top] = [Math.floor(width * 0.05), Math.floor(height * 0.05)]
    return asJpeg(sharp(picture).extract({ left, top, width: width - 2 * left, height: height - 2 * top }))
  },
}

export async function run(): Promise<Figure[]> {
  const stamps = await readStamps()
  const app = await startTestApp()
  try {
    const user = await app.user()
    const labels = wrongLabels(stamps)
    say(`${stamps.length} originals, ${labels.wrong.size} with a wrong label`)
    const originals = await Promise.all(
      stamps.map(async ({ name, picture }) => ({ name, bytes: await picture() })),
    )
    const dataset = await newDataset(user.api, 'stamps', [...originals, annotationsOf(labels.of)])
    const planted = [...(await plant(originals)), ...(await makeOdd())]
    say(`${planted.length} planted pictures`)
    const answer = await addMedia(user.api, dataset, form(planted, { auto_reindex: 'true' }))
    const { status } = await ended(user.api, answer.headers.get('location')!)
    if (status !== 'COMPLETED') throw new Error(`The task ended ${status}.`)

    const confidences = await read(app.db, dataset)
    const of = (...kinds: string[]) =>
      planted.filter(({ name }) => kinds.includes(name.split('_')[0]!)).map(({ name }) => name)
    const sources = (...kinds: string[]) => of(...kinds).map(name => name.slice(name.indexOf('_') + 1))
    const copies = Object.keys(changes)
    /** Whatever came of an original is a copy of it; a recoloured one is only found by luck. */
    const allCopies = [...of(...copies), ...sources(...copies)]
    const rows: Row[] = [
      { issue: 'blur', fault: 'blurred', planted: of('blurred'), right: of('blurred') },
      { issue: 'dark', fault: 'darkened', planted: of('darkened'), right: of('darkened') },
      ...copies.map(
        (kind): Row => ({ issue: 'duplicates', fault: `${kind} copy`, planted: of(kind), right: allCopies }),
      ),
      { issue: 'outliers', fault: 'noise, stripes', planted: of('odd'), right: of('odd') },
      { issue: 'mislabels', fault: 'wrong label', planted: [...labels.wrong], right: [...labels.wrong] },
      { issue: 'label_outlier', fault: 'wrong label', planted: [...labels.wrong], right: [...labels.wrong] },
    ]
    const judged = rows.flatMap(row => [0.5, 0.8].map(threshold => judge(row, threshold, confidences)))
    await document('concepts/quality.md', 'issues', [
      ['issue', 'planted', 'at', 'planted items', 'recall', 'items found', 'precision'],
      ...judged.map(({ issue, fault, threshold, count, recall, found, precision }) => [
        issue,
        fault,
        threshold,
        count,
        recall.toFixed(2),
        found,
        found === 0 ? '–' : precision.toFixed(2),
      ]),
    ])
    return judged
      .filter(({ threshold }) => threshold === 0.5)
      .map(({ issue, fault, recall }) => ({ name: `${issue}, ${fault}, recall`, value: recall, unit: '' }))
  } finally {
    await app.close()
  }
}

interface Row {
  issue: Issue
  fault: string
  planted: string[]
  /** What is rightly found. */
  right: string[]
}

function judge({ issue, fault, planted, right }: Row, threshold: number, confidences: Confidences) {
  const found = [...confidences]
    .filter(([, of]) => of[issue] !== null && of[issue] >= threshold)
    .map(([name]) => name)
  return {
    issue,
    fault,
    threshold,
    count: planted.length,
    found: found.length,
    recall: planted.filter(name => found.includes(name)).length / planted.length,
    precision: found.filter(name => right.includes(name)).length / found.length,
  }
}

type Confidences = Map<string, Record<Issue, number | null>>

async function read(db: Queryable, dataset: string): Promise<Confidences> {
  const rows = await db.query<Record<Issue, number | null> & { file_name: string }>(sql`
    select file_name, blur, dark, duplicates, outliers, mislabels, label_outlier from items
    where dataset_id = ${dataset}`)
  return new Map(rows.map(({ file_name, ...of }) => [file_name, of]))
}

/** Only labels that are frequent enough; a wrong one is the next such label. */
function wrongLabels(stamps: Stamp[]) {
  const sizes = new Map<string, number>()
  for (const { folder } of stamps) sizes.set(folder, (sizes.get(folder) ?? 0) + 1)
  const frequent = [...sizes.keys()].filter(folder => sizes.get(folder)! >= minOfLabel)
  const labelled = stamps.filter(({ folder }) => frequent.includes(folder))
  const wrong = new Set<string>()
  const of = labelled.map(({ name, folder }, i) => {
    if (i % everyLabel !== 0) return { name, label: folder }
    wrong.add(name)
    return { name, label: frequent[(frequent.indexOf(folder) + 1) % frequent.length]! }
  })
  return { of, wrong }
}

async function plant(originals: Planted[]): Promise<Planted[]> {
  const planted: Planted[] = []
  for (const [i, [kind, change]] of Object.entries(changes).entries())
    for (const { name, bytes } of originals.filter((_, at) => at % everyFault === i))
      planted.push({ name: `${kind}_${name}`, bytes: await change(bytes) })
  return planted
}

/** Nothing like a stamp: coarse noise in colours, and stripes. */
async function makeOdd(): Promise<Planted[]> {
  return Promise.all(
    Array.from({ length: odd }, async (_, i) => {
      const noise = { type: 'gaussian' as const, mean: 128, sigma: 120 }
      const size = i % 2 === 0 ? { width: 12, height: 9 } : { width: 3 + i, height: 1 }
      const small = await sharp({ create: { ...size, channels: 3, background: 'grey', noise } })
        .png()
        .toBuffer()
      const bytes = await asJpeg(sharp(small).resize(400, 300, { fit: 'fill', kernel: 'nearest' }))
      return { name: `odd_${i}.jpg`, bytes }
    }),
  )
}
