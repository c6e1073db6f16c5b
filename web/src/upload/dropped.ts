// Files that were dropped or chosen, with their paths within the folder: annotation tables name pictures by them.
import type { UploadFile } from '@belfry/client'

/** A browser holds an entry for each; more are better sent as an archive. */
export const maxFiles = 20_000

/** What systems leave in folders. */
const isLitter = (path: string) => path.split('/').some(part => part.startsWith('.') || part === '__MACOSX')
const isPicture = (name: string) => /\.(jpe?g|png|webp|gif|tiff?|avif|heic|heif|bmp)$/i.test(name)
const isArchive = (name: string) => /\.(zip|tar|tar\.gz|tgz)$/i.test(name)

export interface Selection {
  files: UploadFile[]
  /** Of the folder or the archive, to suggest as a name. */
  name: string
  pictures: number
  archives: number
  bytes: number
}

export function selectionOf(files: UploadFile[]): Selection {
  const first = files[0]?.name ?? ''
  const folder = first.includes('/') ? first.slice(0, first.indexOf('/')) : ''
  const archive = files.find(({ name }) => isArchive(name))?.name.replace(/\.(zip|tar|tar\.gz|tgz)$/i, '')
  return {
    files,
    name: folder || archive || '',
    pictures: files.filter(({ name }) => isPicture(name)).length,
    archives: files.filter(({ name }) => isArchive(name)).length,
    bytes: files.reduce((sum, { data }) => sum + data.size, 0),
  }
}

/** Of a file field; with `webkitdirectory` a file knows its path. */
export const chosenFiles = (list: FileList): UploadFile[] =>
  [...list].map(file => ({ name: file.webkitRelativePath || file.name, data: file })).filter(keep)

/** Folders are walked through. Throws when there are more than `maxFiles`. */
export async function droppedFiles(transfer: DataTransfer): Promise<UploadFile[]> {
  // Taken at once: a browser empties the transfer when the event is over.
  const entries = [...transfer.items].map(item => item.webkitGetAsEntry()).filter(entry => entry !== null)
  if (entries.length === 0) return chosenFiles(transfer.files)
  const files: UploadFile[] = []
  for (const entry of entries) await walk(entry, files)
  return files.filter(keep)
}

const keep = ({ name }: UploadFile) => !isLitter(name)

async function walk(entry: FileSystemEntry, into: UploadFile[]): Promise<void> {
  if (into.length >= maxFiles)
    throw new RangeError(`These are more than ${maxFiles} files; pack them into a .zip or .tar.gz archive.`)
  const path = entry.fullPath.replace(/^\//, '')
  if (entry.isFile) {
    const data = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    )
    into.push({ name: path, data })
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (some.length === 0) return
    for (const one of some) await walk(one, into)
  }
}
