import { safePath, shown } from '../names.ts'

/** Finds pictures by what annotation rows call them. */
export function findMedia(mediaPaths: Iterable<string>) {
  const paths = new Set(mediaPaths)
  /** null: several pictures have this base name. */
  const byBaseName = new Map<string, string | null>()
  for (const path of paths) {
    const base = path.slice(path.lastIndexOf('/') + 1)
    byBaseName.set(base, byBaseName.has(base) ? null : path)
  }

  return {
    /** The path relative to `folder`, then relative to the upload, then a base name that only one picture has. */
    find(folder: string, fileName: string): { path: string } | { problem: string } {
      const name = safePath(fileName)
      if (typeof name === 'string') return { problem: name }
      for (const path of [folder ? `${folder}/${name.path}` : name.path, name.path])
        if (paths.has(path)) return { path }
      const only = byBaseName.get(name.fileName)
      if (only) return { path: only }
      return {
        problem:
          only === null
            ? `Several pictures are called ${shown(name.fileName)}; write the path too.`
            : `The upload has no picture ${shown(name.path)}.`,
      }
    },
  }
}
