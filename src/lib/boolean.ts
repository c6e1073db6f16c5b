// API clients send booleans as their languages print them: Python's requests sends `True`.

const spellings = new Map([
  ...['true', '1', 'yes', 'on'].map(word => [word, 'true'] as const),
  ...['false', '0', 'no', 'off'].map(word => [word, 'false'] as const),
])

/** `True`, `1`, `yes`, `ON` … as the `true` that a schema check accepts; anything else is left for it to refuse. */
export const booleanText = (text: string): string => spellings.get(text.toLowerCase()) ?? text
