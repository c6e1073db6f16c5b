// A view that is watched, and what its evaluation against a batch comes to.
import type { ViewFilter } from '../views/filter.ts'
import type { VectorFilter } from '../views/vector-filters.ts'
import type { Counted, Near } from './count.ts'

export interface BatchToEvaluate {
  id: string
  dataset_id: string
}

export interface MonitoredView {
  id: string
  name: string
  filter: ViewFilter
  alerting_enabled: boolean
  /** Of a filter that was read and checked: the tags it asks for, … */
  tags?: string[]
  /** … and what its filters by meaning and likeness compare with. */
  near?: ReadonlyMap<VectorFilter, Near>
}

export interface Evaluation extends Counted {
  view: MonitoredView
}

/** A view that could not be evaluated: it gets neither a count nor a zero. */
export interface Failure {
  view: MonitoredView
  reason: string
}
