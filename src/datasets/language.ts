// The language in which the words of a dataset are searched: what its stems and stop words are.
import { problems } from '../lib/problems.ts'

/** PostgreSQL's own configurations, as far as every engine has them; `simple` takes words as they are. */
export const languages = [
  'simple',
  'arabic',
  'armenian',
  'basque',
  'catalan',
  'danish',
  'dutch',
  'english',
  'finnish',
  'french',
  'german',
  'greek',
  'hindi',
  'hungarian',
  'indonesian',
  'irish',
  'italian',
  'lithuanian',
  'nepali',
  'norwegian',
  'portuguese',
  'romanian',
  'russian',
  'serbian',
  'spanish',
  'swedish',
  'tamil',
  'turkish',
  'yiddish',
] as const
export type Language = (typeof languages)[number]

export const defaultLanguage: Language = 'english'

/** Throws `invalid` with the languages there are. */
export function readLanguage(text: string | undefined): Language {
  const name = text?.trim().toLowerCase() || defaultLanguage
  const language = languages.find(one => one === name)
  if (!language) throw problems.invalid(`language must be one of ${languages.join(', ')}.`)
  return language
}
