// Real pictures for the demo: the emoji of the development dependency emoji-datasource-google, each with a name and
// a category.
import { openAsBlob } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { UploadFile } from '@belfry/client'
import { Failed } from '../failure.ts'

export interface Picture {
  image: string
  labels: string[]
  caption: string
  /** The version of Unicode's emoji it came with. */
  addedIn: number
}

interface Emoji {
  name: string
  category: string
  subcategory: string
  image: string
  added_in: string
  has_img_google: boolean
  skin_variations?: Record<string, Pick<Emoji, 'image' | 'added_in' | 'has_img_google'>>
}

/** All pictures, in the same mixed order each time. */
export async function readPictures(folder: string): Promise<Picture[]> {
  const emoji = JSON.parse(await readFile(join(folder, 'emoji.json'), 'utf8')) as Emoji[]
  const pictures = emoji.flatMap(one =>
    [one, ...Object.values(one.skin_variations ?? {})]
      .filter(({ has_img_google }) => has_img_google)
      .map(({ image, added_in }) => ({
        image,
        labels: [one.category, ...one.subcategory.split('-')],
        caption: one.name.toLowerCase(),
        addedIn: Number(added_in),
      })),
  )
  return mixed(pictures)
}

/** Where the package is installed. It comes with a clone of Belfry, not with the published package. */
export function picturesFolder(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve('emoji-datasource-google/package.json'))
  } catch {
    throw new Failed(
      "The demo's pictures come with a clone of Belfry: git clone, then 'npm ci && npm run demo'.",
    )
  }
}

/** The pictures as files, and the annotation file that says what they show. */
export async function asUpload(pictures: Picture[], folder: string): Promise<UploadFile[]> {
  const files = await Promise.all(
    pictures.map(async ({ image }) => ({
      name: image,
      data: await openAsBlob(join(folder, 'img', 'google', '64', image), { type: 'image/png' }),
    })),
  )
  const rows = pictures.map(({ image, labels, caption, addedIn }) =>
    [image, JSON.stringify(labels), caption, String(addedIn)].map(csvCell).join(','),
  )
  const table = ['filename,label,caption,added_in', ...rows].join('\n')
  return [...files, { name: 'image_annotations.csv', data: new Blob([table], { type: 'text/csv' }) }]
}

const csvCell = (text: string): string => `"${text.replaceAll('"', '""')}"`

/** Fisher and Yates' shuffle with a small generator of its own, so that every demo shows the same. */
function mixed<T>(values: T[]): T[] {
  const result = [...values]
  let seed = 42
  for (let i = result.length - 1; i > 0; i--) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    const j = Math.floor((seed / 2 ** 32) * (i + 1))
    ;[result[i], result[j]] = [result[j]!, result[i]!]
  }
  return result
}
