// What a file is, by its first bytes. Names and declared types are only claims.

export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif'
export type ArchiveFormat = 'zip' | 'gzip' | 'tar'

/** As many leading bytes as the functions here need. */
export const headBytes = 512

const starts = (head: Buffer, text: string, at = 0) => head.toString('latin1', at, at + text.length) === text

/** Returns the format, or one sentence that says why such a file is not taken in as a picture. */
export function pictureFormat(head: Buffer): { format: PictureFormat } | { refusal: string } {
  if (head.length === 0) return { refusal: 'The file is empty; send it again.' }
  if (starts(head, '\xff\xd8\xff')) return { format: 'jpeg' }
  if (starts(head, '\x89PNG\r\n\x1a\n')) return { format: 'png' }
  if (starts(head, 'GIF87a') || starts(head, 'GIF89a')) return { format: 'gif' }
  if (starts(head, 'RIFF') && starts(head, 'WEBP', 8)) return { format: 'webp' }
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some(magic => starts(head, magic))) return { format: 'tiff' }
  if (starts(head, 'ftyp', 4)) return isoMedia(head)
  // An SVG is a program that draws: it can fetch files, run for ever and fill the memory. It is never rendered.
  if (/^\ufeff?\s*<(\?xml|!doctype svg|!--|svg)/i.test(head.toString('utf8')))
    return { refusal: 'SVG and XML are not taken in as pictures; send it as a PNG.' }
  if (archiveFormat(head)) return { refusal: 'This is an archive, not a picture; send it as `archive`.' }
  return { refusal: 'This is no picture of a known format; send JPEG, PNG, WebP, GIF, TIFF or AVIF.' }
}

/** The ISO container of AVIF, HEIC and most videos: its brands say which. */
function isoMedia(head: Buffer): { format: PictureFormat } | { refusal: string } {
  const brands = head.toString('latin1', 8, Math.min(head.readUInt32BE(0), head.length))
  if (/avi[fs]/.test(brands)) return { format: 'avif' }
  // The packaged libheif has no HEVC decoder, which is under patents.
  if (/hei[cxms]|hev[cx]|mif1|msf1/.test(brands))
    return { refusal: 'HEIC cannot be decoded here; convert the picture to JPEG, PNG, WebP or AVIF.' }
  return { refusal: 'This is a video, by its bytes; give its name the ending of one, like .mp4.' }
}

/** Returns null for what is no archive. A `gzip` is only hoped to hold a tar. */
export function archiveFormat(head: Buffer): ArchiveFormat | null {
  if (['PK\x03\x04', 'PK\x05\x06'].some(magic => starts(head, magic))) return 'zip'
  if (starts(head, '\x1f\x8b')) return 'gzip'
  return isTarHeader(head) ? 'tar' : null
}

/** Old tars have no magic, but each header carries the sum of its bytes, its own eight counted as spaces. */
function isTarHeader(head: Buffer): boolean {
  if (head.length < 512) return false
  const declared = Number.parseInt(head.toString('latin1', 148, 156), 8)
  const sum = head.subarray(0, 512).reduce((total, byte) => total + byte, 0)
  const own = head.subarray(148, 156).reduce((total, byte) => total + byte, 0)
  return declared === sum - own + 8 * 0x20
}
