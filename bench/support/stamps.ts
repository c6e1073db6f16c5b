// Debian's tuxpaint-stamps-default: hundreds of captioned pictures in folders that say what is on them. They are read
// where the package puts them and never copied into the project.
import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'

const root = '/usr/share/tuxpaint/stamps'

export interface Stamp {
  /** Unique, without folders. */
  name: string
  /** `animals/birds` */
  folder: string
  caption: string
  /** A JPEG on white, at most 400 pixels a side. */
  picture: () => Promise<Buffer<ArrayBuffer>>
}

/** All that have a caption, but for the letters of alphabets. */
export async function readStamps(): Promise<Stamp[]> {
  const paths: string[] = []
  for await (const path of glob('**/*.png', { cwd: root })) paths.push(path)
  if (paths.length === 0)
    throw new Error(`There are no pictures in ${root}; apt-get install tuxpaint-stamps-default.`)
  const stamps: Stamp[] = []
  for (const path of paths.filter(path => !/alphabets|_mirror|_flip/.test(path)).sort()) {
    const text = await readFile(join(root, path.replace(/\.png$/, '.txt')), 'utf8').catch(() => '')
    const caption = text.split('\n')[0]!.trim()
    if (caption === '') continue
    stamps.push({
      name: path.replaceAll('/', '-').replace(/\.png$/, '.jpg'),
      folder: path.split('/').slice(0, -1).slice(0, 2).join('/'),
      caption,
      picture: () =>
        sharp(join(root, path))
          .flatten({ background: 'white' })
          .resize(400, 400, { fit: 'inside', withoutEnlargement: true })
          .jpeg({ quality: 92 })
          .toBuffer() as Promise<Buffer<ArrayBuffer>>,
    })
  }
  return stamps
}

export const annotationsOf = (items: { name: string; label: string; caption?: string }[]) => ({
  name: 'image_annotations.csv',
  bytes: [
    'filename,label,caption',
    ...items.map(({ name, label, caption = '' }) => `${name},${label},"${caption.replaceAll('"', '""')}"`),
  ].join('\n'),
})
