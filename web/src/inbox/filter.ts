// What the inbox is narrowed to stands in the address, so that it can be kept, sent, and left with Back.
import { useMemo } from 'react'
import { useSearchParams } from 'wouter'
import { readUuid } from '../shared/uuid.ts'
import type { InboxFilter } from './alerts.ts'

export interface InboxChoice {
  unread: boolean
  dataset: string | null
  view: string | null
  /** Days of the reader's own calendar: 2026-03-31. */
  from: string | null
  to: string | null
}

const day = /^\d{4}-\d\d-\d\d$/
const fitting = (text: string | null, form: RegExp) => (text !== null && form.test(text) ? text : null)

export function useInboxChoice() {
  const [params, setParams] = useSearchParams()
  const text = params.toString()
  const choice = useMemo(() => readChoice(new URLSearchParams(text)), [text])
  const choose = (change: Partial<InboxChoice>) =>
    setParams(writeChoice({ ...choice, ...change }), { replace: true })
  return { choice, choose }
}

/** An address may be typed by hand: what it says wrongly is as if it were not said. */
export const readChoice = (params: URLSearchParams): InboxChoice => ({
  unread: params.has('unread'),
  dataset: readUuid(params.get('dataset')),
  view: readUuid(params.get('view')),
  from: fitting(params.get('from'), day),
  to: fitting(params.get('to'), day),
})

export function writeChoice({ unread, ...rest }: InboxChoice): URLSearchParams {
  const params = new URLSearchParams(unread ? { unread: '' } : {})
  for (const [name, value] of Object.entries(rest)) if (value !== null) params.set(name, value)
  return params
}

export const isNarrowed = (choice: InboxChoice): boolean =>
  choice.unread ||
  choice.dataset !== null ||
  choice.view !== null ||
  choice.from !== null ||
  choice.to !== null

/** The reader's days as the server's points in time. */
export const asFilter = ({ unread, dataset, view, from, to }: InboxChoice): InboxFilter => ({
  unreadOnly: unread || undefined,
  datasetId: dataset ?? undefined,
  viewId: view ?? undefined,
  createdFrom: from ? startOfDay(from)?.toISOString() : undefined,
  createdTo: to ? endOfDay(to)?.toISOString() : undefined,
})

const valid = (date: Date) => (Number.isNaN(date.getTime()) ? undefined : date)
const startOfDay = (text: string) => valid(new Date(`${text}T00:00:00`))
const endOfDay = (text: string) => valid(new Date(`${text}T23:59:59.999`))
