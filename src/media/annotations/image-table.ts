import type { Collector, Find } from './collect.ts'
import { readTable } from './read-table.ts'
import type { TableFile } from './table.ts'
import { labelsOf, textOf, typed } from './values.ts'

const known = ['filename', 'label', 'caption', 'embedding', 'embedding_model']
const aliases = { embeddings: 'embedding' }

/** `filename,label[,caption][,embedding[,embedding_model]]`, and further columns as metadata. Several rows of one picture add up. */
export const readImageTable = tableWith(['filename', 'label'])
/** `filename,embedding[,embedding_model]`: the same, of somebody who brings vectors and has no labels to tell. */
export const readEmbeddingTable = tableWith(['filename', 'embedding'])

function tableWith(required: string[]) {
  return (file: TableFile, find: Find, into: Collector): Promise<void> =>
    readTable(file, { known, required, aliases }, into, ({ where, cells }) => {
      const media = find(textOf(cells.get('filename')))
      if ('problem' in media) return into.fault(where, media.problem)
      const labels = labelsOf(cells.get('label'))
      if (labels === null)
        return into.fault(where, 'The list of labels cannot be read; write ["one", "two"].')
      const further = [...cells].filter(([column]) => !known.includes(column))
      into.image(media.path, where, {
        labels,
        caption: textOf(cells.get('caption')) || null,
        embedding: cells.get('embedding'),
        embedding_model: cells.get('embedding_model'),
        metadata: Object.fromEntries(further.map(([column, cell]) => [column, typed(cell)])),
      })
    })
}
