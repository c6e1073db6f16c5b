// Videos by name, when a file is sorted, and by bytes, when it is read.

const videos = /\.(mp4|m4v|mov|mkv|webm|avi)$/i

export const isVideoName = (path: string): boolean => videos.test(path)

/** The demuxer of ffmpeg that reads it. Others are not tried: playlists among them can name files of this machine. */
export function demuxerOf(head: Buffer): 'mov' | 'matroska' | 'avi' | undefined {
  const at = (text: string, offset: number) => head.toString('latin1', offset, offset + text.length) === text
  if (['ftyp', 'moov', 'mdat', 'wide', 'free'].some(box => at(box, 4))) return 'mov'
  if (at('\x1a\x45\xdf\xa3', 0)) return 'matroska'
  if (at('RIFF', 0) && at('AVI ', 8)) return 'avi'
}
