// Times stay the strings PostgreSQL gave, so that its microseconds survive; JavaScript's Date would cut them.

/** An instant in UTC with six fractional digits and no zone: `2026-03-31T17:02:12.432489`. */
export type Instant = string

/** PostgreSQL's text form of a timestamptz in a UTC session (`2026-03-31 17:02:12.4+00`) as an Instant. */
export function instantFromPostgres(text: string): Instant {
  const [date, rest = ''] = text.split(' ')
  const [seconds = '', fraction = ''] = rest.replace(/\+00$/, '').split('.')
  return `${date}T${seconds}.${fraction.padEnd(6, '0')}`
}

/** The documented form of task times: with `Z`. */
export const withZone = (instant: Instant): string => `${instant}Z`
