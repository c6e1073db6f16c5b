// Pages of a binary COPY (src/db/copy-out.ts).

/** PGCOPY\n\377\r\n\0, flags, and the length of an extension which is empty. */
const headerBytes = 19
const headerStart = 0x50 // P; a row starts with the high byte of its count of fields, which is 0 or, at the end, 255

/** The first page of a COPY begins with a header. */
export const startOfRows = (page: Uint8Array): number => (page[0] === headerStart ? headerBytes : 0)
