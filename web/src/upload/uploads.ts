// What is on its way to the server. It goes on while its sender looks at other screens; who leaves the page is asked.
import type { UploadProgress } from '@belfry/client'
import { useSyncExternalStore } from 'react'
import { api } from '../api.ts'
import { keys, queryClient } from '../queries.ts'
import type { Selection } from './dropped.ts'

export interface Upload {
  datasetId: string
  datasetName: string
  selection: Selection
  /** A dataset that has no media yet is filled; another one gets a batch. */
  fills: boolean
  /** Sent again, it makes one batch. */
  idempotencyKey: string
  progress: UploadProgress
  state: 'sending' | 'stopped' | 'failed'
  error?: unknown
  stop: () => void
}

/** One for each dataset: the server takes a batch after the other. */
let uploads: readonly Upload[] = []
const listeners = new Set<() => void>()
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
const ask = (event: BeforeUnloadEvent) => event.preventDefault()

function keep(next: readonly Upload[]): void {
  uploads = next
  if (uploads.some(({ state }) => state === 'sending')) window.addEventListener('beforeunload', ask)
  else window.removeEventListener('beforeunload', ask)
  for (const listener of listeners) listener()
}
const replace = (datasetId: string, change: Partial<Upload>) =>
  keep(uploads.map(one => (one.datasetId === datasetId ? { ...one, ...change } : one)))

export const useUploads = (): readonly Upload[] => useSyncExternalStore(subscribe, () => uploads)
export const useUpload = (datasetId: string): Upload | undefined =>
  useUploads().find(one => one.datasetId === datasetId)

export const forgetUpload = (datasetId: string): void =>
  keep(uploads.filter(one => one.datasetId !== datasetId))

/** Whoever signs out takes along what they were sending. */
export function endUploads(): void {
  for (const { stop } of uploads) stop()
  keep([])
}

type Given = Pick<Upload, 'datasetId' | 'datasetName' | 'selection' | 'fills'> & { idempotencyKey?: string }

export async function startUpload({ idempotencyKey, ...given }: Given): Promise<void> {
  const { datasetId, selection, fills } = given
  const cut = new AbortController()
  const key = idempotencyKey ?? `web-${Date.now()}-${Math.random()}`
  const progress = { sentBytes: 0, totalBytes: selection.bytes }
  const upload = { ...given, idempotencyKey: key, progress, stop: () => cut.abort() }
  keep([...uploads.filter(one => one.datasetId !== datasetId), { ...upload, state: 'sending' }])
  const options = {
    signal: cut.signal,
    onProgress: (progress: UploadProgress) => replace(datasetId, { progress }),
  }
  try {
    if (fills) await api.media.ingest(datasetId, selection.files, options)
    else
      await api.media.add(
        datasetId,
        { files: selection.files },
        { ...options, autoReindex: true, idempotencyKey: key },
      )
    forgetUpload(datasetId)
  } catch (error) {
    replace(datasetId, cut.signal.aborted ? { state: 'stopped' } : { state: 'failed', error })
  }
  void queryClient.invalidateQueries({ queryKey: keys.datasets })
  void queryClient.invalidateQueries({ queryKey: keys.dataset(datasetId) })
}
