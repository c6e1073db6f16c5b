import type { BelfryClient, Dataset } from '@belfry/client'
import { Failed, WrongUse } from './failure.ts'

/** People name datasets, scripts give ids. A name has to mean one dataset. */
export async function findDataset(client: BelfryClient, idOrName: string): Promise<Dataset> {
  const datasets = await client.datasets.list()
  const byId = datasets.find(({ id }) => id === idOrName.toLowerCase())
  const byName = datasets.filter(({ display_name }) => display_name === idOrName)
  const found = byId ?? byName[0]
  if (!byId && byName.length > 1)
    throw new WrongUse(
      `${byName.length} datasets are named '${idOrName}'; use an id: ${byName.map(({ id }) => id).join(', ')}.`,
    )
  if (!found) {
    const known = datasets.slice(0, 5).map(({ display_name }) => `'${display_name}'`)
    const hint = known.length > 0 ? `You can see ${known.join(', ')}.` : 'You can see none yet.'
    throw new Failed(`There is no dataset '${idOrName}'. ${hint}`)
  }
  return found
}
