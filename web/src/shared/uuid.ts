const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** An address may be typed by hand: what is no id is none. */
export const readUuid = (text: string | null): string | null =>
  text !== null && uuid.test(text) ? text : null
