// Videos by name, when a file is sorted, and by bytes, when it is read.

const videos = /\.(mp4|m4v|mov|mkv|webm|avi)$/i

export const isVideoName = (path: string): boolean => videos.test(path)

const types: Record<string, string> = {
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  mov: 'video/quicktime',
  mkv: 'video/x-matroska',
  webm: 'video/webm',
  avi: 'video/x-msvideo',
}
export const videoTypes = [...new Set(Object.values(types))]

/** Only what ffmpeg has read is called a video. */
export const videoType = ({ file_name, state }: { file_name: string; state: string }): string | undefined =>
  state === 'ready' ? types[file_name.split('.').at(-1)!.toLowerCase()] : undefined

/** The demuxer of ffmpeg that reads it. Others are not tried: playlists among them can name files of this machine. */
export function demuxerOf(head: Buffer): 'mov' | 'matroska' | 'avi' | undefined {
  const at = (text: string, offset: number) => head.toString('latin1', offset, offset + text.length) === text
  if (['ftyp', 'moov', 'mdat', 'wide', 'free'].some(box => at(box, 4))) return 'mov'
  if (at('\x1a\x45\xdf\xa3', 0)) return 'matroska'
  if (at('RIFF', 0) && at('AVI ', 8)) return 'avi'
}
