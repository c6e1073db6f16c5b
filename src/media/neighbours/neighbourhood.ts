// What an item's nearest neighbours say about it. The formulas and their limits: docs/concepts/issues.md.

export interface Neighbour {
  id: string
  /** 0–1. */
  likeness: number
  labels: string[]
}

/** What is kept of an item's neighbourhood; null: there is too little to tell. */
export interface Neighbourhood {
  nearest_likeness: number
  nearest_id: string | null
  isolation: number | null
  label_share: number | null
  duplicates: number
  mislabels: number | null
}

/** How many neighbours are asked for labels. */
export const neighbourCount = 20
/** Over how many the isolation is a mean: one copy of an item does not make it common. */
const isolationCount = 5
/** Fewer labelled neighbours than this do not outvote anybody. */
const minVoters = 5
/** The likeness at which a copy is as likely as not: between re-encoded copies (≥ 0.95) and most lookalikes (≤ 0.85). */
const evenCopy = 0.9

/** `neighbours`: of the same kind, nearest first, the item itself not among them. */
export function neighbourhoodOf(labels: string[], neighbours: Neighbour[]): Neighbourhood {
  const nearest = neighbours[0]
  const likeness = nearest?.likeness ?? 0
  const near = neighbours.slice(0, isolationCount)
  const { own, other } = votes(labels, neighbours)
  return {
    nearest_likeness: likeness,
    nearest_id: nearest?.id ?? null,
    isolation:
      near.length < isolationCount
        ? null
        : 1 - near.reduce((sum, one) => sum + one.likeness, 0) / isolationCount,
    label_share: own,
    duplicates: Math.min(1, Math.max(0, 0.5 + (likeness - evenCopy) / (2 * (1 - evenCopy)))),
    mislabels: own === null ? null : Math.max(0, other - own),
  }
}

/**
 * The share of the neighbours, weighted by their likeness, which carry a label of the item, and of those which carry
 * the label that most of them do and the item does not.
 */
function votes(labels: string[], neighbours: Neighbour[]): { own: number | null; other: number } {
  const voters = neighbours.filter(one => one.labels.length > 0)
  if (labels.length === 0 || voters.length < minVoters) return { own: null, other: 0 }
  let total = 0
  let own = 0
  const others = new Map<string, number>()
  for (const { labels: theirs, likeness } of voters) {
    total += likeness
    if (theirs.some(label => labels.includes(label))) own += likeness
    else for (const label of new Set(theirs)) others.set(label, (others.get(label) ?? 0) + likeness)
  }
  if (total === 0) return { own: null, other: 0 }
  return { own: own / total, other: Math.max(0, ...others.values()) / total }
}

/** Items that are linked to their nearest, whichever way, are one cluster. Returns the first id of each one's cluster. */
export function clustersOf(links: { id: string; nearest_id: string }[]): Map<string, string> {
  const parent = new Map<string, string>()
  const find = (id: string): string => {
    let root = id
    while (parent.get(root) !== undefined && parent.get(root) !== root) root = parent.get(root)!
    for (let at = id; at !== root; ) {
      const next = parent.get(at)!
      parent.set(at, root)
      at = next
    }
    return root
  }
  for (const { id, nearest_id } of links) {
    for (const one of [id, nearest_id]) if (!parent.has(one)) parent.set(one, one)
    const [first, second] = [find(id), find(nearest_id)].sort() as [string, string]
    parent.set(second, first)
  }
  return new Map([...parent.keys()].map(id => [id, find(id)]))
}
