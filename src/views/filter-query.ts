// The filters of a view as they stand in a query string: the same for saving, previewing and exploring.
import sql from 'sql-template-tag'
import { type Static, Type } from 'typebox'
import { problems } from '../lib/problems.ts'
import { matches } from './compile.ts'
import { type EntityType, entityTypes, type ViewFilter } from './filter.ts'
import { parseVql } from './parse.ts'
import { readText } from './read.ts'
import { parseText } from './text.ts'

export const FilterQuery = Type.Object({
  entity_type: Type.Unsafe<EntityType>(
    Type.String({ enum: [...entityTypes], default: 'IMAGES', description: 'What is counted' }),
  ),
  threshold: Type.Number({
    minimum: 0,
    maximum: 1,
    default: 0,
    description:
      'Above 0 the caption is searched by its meaning, and this is the least relevance. At 0, or without a model that reads, it is searched by its words.',
  }),
  caption: Type.Optional(
    Type.String({ description: 'Text search in captions and labels: words, AND, OR, -not, "a phrase", ( )' }),
  ),
  vql: Type.Optional(
    Type.String({
      description: `URL-encoded JSON array of filters, all of which must pass: docs/reference/vql.md. The \`threshold\` of a \`semantic\` text is the least relevance, 0–1: the cosine, stretched for each model so that 0 is where nothing of the kind is, 1 where all is, 0.5 where about half of what is found is what was meant. The \`threshold\` of a \`similarity\` is the greatest distance, 0 (the same) to 1 (nothing in common): 1 − the likeness.`,
    }),
  ),
})

/**
 * What the SQL of one filter compares with: names, numbers, words; a list is one value. 200 views go into one statement
 * (src/monitoring/evaluate.ts), and PostgreSQL takes 65,535 values in one.
 */
export const maxValuesOfFilter = 300

/** Throws `invalidFilter`. An empty caption is none. */
export function readFilter({ entity_type, threshold, caption, vql }: Static<typeof FilterQuery>): ViewFilter {
  const search = caption?.trim() ? readText(caption, 'caption') : null
  if (search !== null && threshold === 0) parseText(search, 'caption')
  const filter = { entity_type, threshold, caption: search, vql: parseVql(vql) }
  const values = matches(filter, oneParameter).values.length
  if (values > maxValuesOfFilter)
    throw problems.invalidFilter(
      `The filter compares ${values} values; at most ${maxValuesOfFilter} are allowed. Make several views of it.`,
    )
  return filter
}

/** A stand-in with as many parameters as the resolved condition has. */
const oneParameter = () => sql`${null}`
