// A dataset that is filled and watched only through the documented API, as its users do.
import assert from 'node:assert/strict'
import type { TestUser } from './app.ts'
import { addMedia, emoji, ended, form, newDataset, picture } from './media.ts'

export interface LabelledPicture {
  name: string
  labels: string[]
}

export async function createLibrary({ api }: TestUser, name: string) {
  const id = await newDataset(api, name, await files([{ name: 'first.png', labels: [] }]))
  return {
    id,
    /** Saves a view on one label; returns its id. */
    async watch(viewName: string, label: string): Promise<string> {
      const vql = JSON.stringify([{ labels: { op: 'one_of', value: [label] } }])
      const saved = await api(`/dataset/${id}/views?vql=${encodeURIComponent(vql)}`, {
        method: 'POST',
        body: new URLSearchParams({ name: viewName }),
      })
      assert.equal(saved.status, 200, await saved.clone().text())
      return ((await saved.json()) as { id: string }).id
    },
    /** Adds one batch and waits until it is evaluated and the dataset takes the next; returns the batch's id. */
    async add(pictures: LabelledPicture[]): Promise<string> {
      const accepted = await addMedia(api, id, form(await files(pictures), { auto_reindex: 'true' }))
      assert.equal(accepted.status, 202, await accepted.clone().text())
      const task = await ended(api, accepted.headers.get('location')!)
      assert.equal(task.status, 'COMPLETED', JSON.stringify(task))
      return accepted.headers.get('x-batch-id')!
    },
  }
}

async function files(pictures: LabelledPicture[]) {
  const bytes = await picture(emoji[0]!)
  const rows = pictures.map(({ name, labels }) => `${name},"${JSON.stringify(labels).replaceAll('"', '""')}"`)
  return [
    ...pictures.map(({ name }) => ({ name, bytes })),
    { name: 'image_annotations.csv', bytes: ['filename,label', ...rows].join('\n') },
  ]
}
