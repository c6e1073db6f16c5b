// The demo's own folder. It holds a file that says so; without that file the folder is somebody else's.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lockFolder } from '../../db/open.ts'
import { WrongUse } from '../failure.ts'

export interface DemoPlace {
  folder: string
  /** From an earlier run, to go on with. */
  keys: Keys | undefined
}
export interface Keys {
  apiKey: string
  apiSecret: string
}

const markName = 'demo.json'
const markFile = (folder: string) => join(folder, markName)

/** Throws WrongUse for a folder which holds something else; deletes only what a demo has made. */
export async function openPlace(folder: string, clean: boolean): Promise<DemoPlace> {
  const content = await readdir(folder).catch(error => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  if (content.length === 0) {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await markPlace(folder)
    return { folder, keys: undefined }
  }
  const keys = await readKeys(folder)
  if (!keys)
    throw new WrongUse(`${folder} holds something that no demo made. Name an empty folder with --data.`)
  if (!clean) return { folder, keys: keys.apiKey ? (keys as Keys) : undefined }
  lockFolder(folder)() // throws FolderInUse while a demo runs there
  for (const name of content.filter(name => name !== markName))
    await rm(join(folder, name), { recursive: true })
  await markPlace(folder)
  return { folder, keys: undefined }
}

async function readKeys(folder: string): Promise<Partial<Keys> | undefined> {
  try {
    return JSON.parse(await readFile(markFile(folder), 'utf8')) as Partial<Keys>
  } catch {
    return undefined
  }
}

/** Marks the folder as the demo's; with keys once there is a user. */
export async function markPlace(folder: string, keys: Partial<Keys> = {}): Promise<void> {
  await writeFile(markFile(folder), `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 })
}
