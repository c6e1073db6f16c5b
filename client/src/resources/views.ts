import type { Connection } from '../connection.ts'
import type { Preview, SavedView, Trend, ViewCosts, ViewFilters } from '../types/view.ts'

export const filterQuery = ({ entity_type, threshold, caption, vql }: ViewFilters) => ({
  entity_type,
  threshold,
  caption,
  vql: vql && vql.length > 0 ? JSON.stringify(vql) : undefined,
})

export const views = ({ json }: Connection) => ({
  list: async (datasetId: string): Promise<SavedView[]> =>
    (await json<{ views: SavedView[] }>('GET', `/dataset/${datasetId}/views`)).views,

  get: (datasetId: string, viewId: string) => json<SavedView>('GET', `/dataset/${datasetId}/views/${viewId}`),

  /** It watches what is added from now on. Throws BelfryError 409 when the name is taken. */
  create: (datasetId: string, name: string, filters: ViewFilters = {}) =>
    json<SavedView>('POST', `/dataset/${datasetId}/views`, { form: { name }, query: filterQuery(filters) }),

  delete: async (datasetId: string, viewId: string): Promise<void> => {
    await json('DELETE', `/dataset/${datasetId}/views/${viewId}`)
  },

  /**
   * What it would have counted on each of the last batches, and sample matches, before it is saved. Aborting the signal
   * stops the server's counting too.
   */
  preview: (
    datasetId: string,
    filters: ViewFilters,
    batches?: number,
    { signal }: { signal?: AbortSignal } = {},
  ) =>
    json<Preview>('POST', `/dataset/${datasetId}/views/preview`, {
      query: { ...filterQuery(filters), batches },
      repeatable: true,
      signal,
    }),

  trend: (datasetId: string, viewId: string) =>
    json<Trend>('GET', `/dataset/${datasetId}/views/${viewId}/trend`),

  /** Of all your datasets. */
  costs: (limit?: number) => json<ViewCosts>('GET', '/evaluation', { query: { limit } }),

  /** One switch per view, for everybody. The trend goes on. */
  setAlerting: async (datasetId: string, viewId: string, enabled: boolean): Promise<boolean> =>
    (
      await json<{ alerting_enabled: boolean }>('POST', `/dataset/${datasetId}/views/${viewId}/alerting`, {
        json: { request: { enabled } },
      })
    ).alerting_enabled,

  /** Off stops the evaluation; on again starts from now. */
  setMonitoring: async (datasetId: string, viewId: string, enabled: boolean): Promise<boolean> =>
    (
      await json<{ monitoring_enabled: boolean }>(
        'POST',
        `/dataset/${datasetId}/views/${viewId}/monitoring`,
        {
          json: { request: { enabled } },
        },
      )
    ).monitoring_enabled,
})
