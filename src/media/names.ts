// File names come from strangers: form fields, archives, annotation files. Only names that passed here are stored,
// shown or matched. They are data and never become paths of the server's own file system (storage.ts has keys).

/** `path` is `folder/fileName`; `folder` is '' at the top. NFC, separated by `/`. */
export interface SafePath {
  path: string
  folder: string
  fileName: string
}

/** What common file systems allow for one name, and a length that every index and log line can bear for a path. */
const maxSegmentBytes = 255
const maxPathBytes = 1024

// Marks that turn the reading direction: `invoice\u202Egnp.exe` would be shown as `invoiceexe.png`. They are
// refused rather than stripped, so that two different files never silently become one. ZWJ and variation selectors,
// which emoji need, are allowed, as are right-to-left letters.
const directionMarks = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/

/** Returns the parts of a relative path, or one sentence that says what is wrong with it. */
export function safePath(name: string): SafePath | string {
  if (name.includes('\0')) return 'The name holds a NUL character; rename the file.'
  if (controls.test(name)) return 'The name holds control characters; rename the file.'
  if (directionMarks.test(name))
    return 'The name holds marks that change its reading direction; rename the file.'
  const path = name.toWellFormed().normalize('NFC').replaceAll('\\', '/')
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path))
    return 'The name is an absolute path; send a path relative to the folder.'
  const segments = path.split('/').filter(part => part !== '' && part !== '.')
  if (segments.includes('..')) return "The name leaves its folder with '..'; send a path inside the folder."
  const fileName = segments.at(-1)
  if (fileName === undefined || path.endsWith('/')) return 'The name is empty; give the file a name.'
  if (segments.some(part => part.trim() === '')) return 'The name holds a blank part; rename the file.'
  if (segments.some(part => Buffer.byteLength(part) > maxSegmentBytes))
    return `A part of the name is longer than ${maxSegmentBytes} bytes; shorten it.`
  const joined = segments.join('/')
  if (Buffer.byteLength(joined) > maxPathBytes)
    return `The name is longer than ${maxPathBytes} bytes; shorten it.`
  return { path: joined, folder: segments.slice(0, -1).join('/'), fileName }
}

/** What operating systems leave beside pictures; nobody meant to send it, so it is skipped without a word. */
export const isLitter = (path: string): boolean =>
  /(^|\/)(__MACOSX\/|\._[^/]*$|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/i.test(path)

/** A stranger's name as it may be put into a sentence: one line, nothing that hides, at most 200 characters. */
export function shown(name: string): string {
  const plain = name
    .toWellFormed()
    .replace(new RegExp(`${controls.source}|${directionMarks.source}`, 'g'), mark => {
      return `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`
    })
  return plain.length > 200 ? `${plain.slice(0, 199).toWellFormed()}…` : plain
}
