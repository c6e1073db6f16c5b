// Searching by a picture: one that is dropped or chosen, an item, or a part of one. What looks like it is what is left.
import type { UploadFile, VqlItem } from '@belfry/client'
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { type DragEvent, useState } from 'react'
import { api } from '../api.ts'
import { sentenceOf } from '../shared/states.tsx'
import { droppedFiles } from '../upload/dropped.ts'

/** The greatest distance, until somebody says otherwise. */
const usualDistance = 0.5

export type Box = [x: number, y: number, width: number, height: number]

export const like = (op: 'upload' | 'media', value: string): VqlItem => ({
  similarity: { op, value, threshold: usualDistance },
})

const failed = (error: unknown) => notifications.show({ color: 'red', message: sentenceOf(error) })

/** `target` is for the element on which a picture may be dropped. */
export function useLikeness(datasetId: string, onFound: (item: VqlItem) => void) {
  const [isOver, setOver] = useState(false)
  const search = useMutation({
    mutationFn: async (picture: UploadFile) => api.media.anchor(datasetId, picture),
    onSuccess: anchor => onFound(like('upload', anchor)),
    onError: failed,
  })
  const target = {
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes('Files')) return
      event.preventDefault()
      setOver(true)
    },
    onDragLeave: (event: DragEvent) => {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false)
    },
    onDrop: (event: DragEvent) => {
      event.preventDefault()
      setOver(false)
      droppedFiles(event.dataTransfer).then(([picture]) => picture && search.mutate(picture), failed)
    },
  }
  return { target, isOver, isSearching: search.isPending, searchBy: search.mutate }
}

export const usePartLikeness = (datasetId: string, mediaId: string, onFound: (item: VqlItem) => void) =>
  useMutation({
    mutationFn: (box: Box) => api.media.anchorOfPart(datasetId, mediaId, box),
    onSuccess: anchor => onFound(like('upload', anchor)),
    onError: failed,
  })
