/**
 * An array as PostgreSQL reads it, of values that need no quotes: ids and numbers. `pg` looks at each element of an array
 * for what to escape, which takes 10 ms for 10,000 in one piece; joining takes less than one.
 */
export const arrayLiteral = (values: (string | number)[]): string => `{${values.join()}}`
