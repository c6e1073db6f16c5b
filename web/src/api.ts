// The one client of this page. It speaks to the server that sent the page; the session cookie says who it is.
import { BelfryClient } from '@belfry/client'

export const api = new BelfryClient({ url: location.origin })
