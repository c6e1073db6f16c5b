// One reader for each filter key: JSON in, the typed filter or `invalidFilter` out.

import { readInstant } from '../lib/instant.ts'
import {
  issueDefaults,
  issueKinds,
  issueModes,
  metadataOps,
  type NameFilter,
  nameOps,
  type numberOps,
  setOps,
  type VqlItem,
} from './filter.ts'
import {
  type Fields,
  fault,
  maxValues,
  readArray,
  readNumber,
  readObject,
  readOneOf,
  readPair,
  readText,
  readTexts,
  readUuid,
} from './read.ts'
import { parseText } from './text.ts'

export const filterReaders = {
  labels: readLabels,
  tags: readTags,
  issues: readIssues,
  text: readTextFilter,
  duplicates: (body: unknown, at: string) => ({ duplicates: readScore(body, at, 'duplicates') }),
  uniqueness: (body: unknown, at: string) => ({ uniqueness: readScore(body, at, 'uniqueness') }),
  similarity: readSimilarity,
  folders: (body: unknown, at: string) => ({ folders: readName(body, at, readFolder) }),
  files: (body: unknown, at: string) => ({ files: readName(body, at, readText) }),
  metadata: readMetadata,
  created: readCreated,
}
export type FilterKey = keyof typeof filterReaders

function readLabels(body: unknown, at: string): VqlItem {
  const { op, value } = readObject(body, at, ['op', 'value'])
  return { labels: { op: readOneOf(op, `${at}.op`, setOps), value: readTexts(value, `${at}.value`) } }
}

function readTags(body: unknown, at: string): VqlItem {
  const { op, value } = readObject(body, at, ['op', 'value'])
  const kind = readOneOf(op, `${at}.op`, setOps)
  const ids = readArray(value, `${at}.value`, maxValues)
  return { tags: { op: kind, value: ids.map((id, i) => readUuid(id, `${at}.value[${i}]`)) } }
}

const share = { min: 0, max: 1 }

function readIssues(body: unknown, at: string): VqlItem {
  const fields = readObject(body, at, ['op', 'value', 'mode', 'confidence_min', 'confidence_max'])
  const op = readOneOf(fields.op, `${at}.op`, ['issue'])
  const value = readOneOf(fields.value, `${at}.value`, issueKinds)
  const { mode, confidence_min, confidence_max } = { ...issueDefaults, ...fields }
  const min = readNumber(confidence_min, `${at}.confidence_min`, share)
  const max = readNumber(confidence_max, `${at}.confidence_max`, share)
  if (min > max)
    throw fault(`${at}.confidence_min`, `must not be greater than confidence_max, which is ${max}.`)
  readOneOf(mode, `${at}.mode`, issueModes)
  return { issues: { ...fields, op, value } }
}

function readTextFilter(body: unknown, at: string): VqlItem {
  const { op } = readObject(body, at, ['op', 'value', 'threshold'])
  const kind = readOneOf(op, `${at}.op`, ['fts', 'semantic'])
  const fields = readObject(body, at, kind === 'fts' ? ['op', 'value'] : ['op', 'value', 'threshold'])
  const query = readText(fields.value, `${at}.value`)
  if (query.trim() === '') throw fault(`${at}.value`, 'must not be empty.')
  if (kind === 'semantic') return { text: { op: kind, value: query, ...readThreshold(fields, at) } }
  parseText(query, `${at}.value`)
  return { text: { op: kind, value: query } }
}

function readSimilarity(body: unknown, at: string): VqlItem {
  const { op, value, ...rest } = readObject(body, at, ['op', 'value', 'threshold'])
  const kind = readOneOf(op, `${at}.op`, ['upload', 'media'])
  return { similarity: { op: kind, value: readUuid(value, `${at}.value`), ...readThreshold(rest, at) } }
}

const readThreshold = ({ threshold }: Fields, at: string): { threshold?: number } =>
  threshold === undefined ? {} : { threshold: readNumber(threshold, `${at}.threshold`, share) }

function readScore<Op extends string>(body: unknown, at: string, name: Op): { op: Op; value: number } {
  const { op, value } = readObject(body, at, ['op', 'value'])
  return { op: readOneOf(op, `${at}.op`, [name]), value: readNumber(value, `${at}.value`, share) }
}

type ReadText = (value: unknown, at: string) => string

function readName(body: unknown, at: string, readWhole: ReadText): NameFilter {
  const { op, value } = readObject(body, at, ['op', 'value'])
  const kind = readOneOf(op, `${at}.op`, nameOps)
  if (kind !== 'one_of') return { op: kind, value: readText(value, `${at}.value`) }
  const names = readArray(value, `${at}.value`, maxValues)
  return { op: kind, value: names.map((name, i) => readWhole(name, `${at}.value[${i}]`)) }
}

/** The top folder is ''. A slash at an end would never match, and nobody would learn why. */
function readFolder(value: unknown, at: string): string {
  const folder = readText(value, at, { mayBeEmpty: true })
  if (folder.startsWith('/') || folder.endsWith('/'))
    throw fault(at, "must have no slash at its ends, like 'a/b'.")
  return folder
}

function readMetadata(body: unknown, at: string): VqlItem {
  const { field_name, op, value } = readObject(body, at, ['field_name', 'op', 'value'])
  const field = readText(field_name, `${at}.field_name`)
  const kind = readOneOf(op, `${at}.op`, metadataOps)
  const where = `${at}.value`
  if (kind === 'one_of')
    return { metadata: { field_name: field, op: kind, value: readTexts(value, where, { mayBeEmpty: true }) } }
  if (kind === 'is')
    return { metadata: { field_name: field, op: kind, value: readText(value, where, { mayBeEmpty: true }) } }
  if (kind === 'contains') return { metadata: { field_name: field, op: kind, value: readText(value, where) } }
  if (kind === 'between') return { metadata: { field_name: field, op: kind, value: readRange(value, where) } }
  return { metadata: { field_name: field, op: kind satisfies NumberOp, value: readNumber(value, where) } }
}
type NumberOp = (typeof numberOps)[number]

/** Two numbers or two points in time. */
function readRange(value: unknown, at: string): [number, number] | [string, string] {
  const [first, last] = readPair(value, at)
  if (typeof first === 'string') return readPeriod(value, at)
  const [start, end] = [readNumber(first, `${at}[0]`), readNumber(last, `${at}[1]`)]
  if (start > end) throw fault(at, 'must hold its start before its end.')
  return [start, end]
}

/** Stays as it was written; that both ends can be read, in this order, is what is checked. */
function readPeriod(value: unknown, at: string): [string, string] {
  const [first, last] = readPair(value, at)
  const texts: [string, string] = [readText(first, `${at}[0]`), readText(last, `${at}[1]`)]
  const [start, end] = [readInstant(texts[0], 'start'), readInstant(texts[1], 'end')]
  const form = 'must be a date or a time like 2026-03-31 or 2026-03-31T17:02:12Z.'
  if (start === undefined) throw fault(`${at}[0]`, form)
  if (end === undefined) throw fault(`${at}[1]`, form)
  if (start > end) throw fault(at, 'must hold its start before its end.')
  return texts
}

function readCreated(body: unknown, at: string): VqlItem {
  const { op, value } = readObject(body, at, ['op', 'value'])
  return { created: { op: readOneOf(op, `${at}.op`, ['between']), value: readPeriod(value, `${at}.value`) } }
}
