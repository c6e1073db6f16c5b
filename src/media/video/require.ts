import { problems } from '../../lib/problems.ts'
import { hasFfmpeg, type VideoSettings } from './ffmpeg.ts'
import { isVideoName } from './formats.ts'

/** Throws the 400 that names ffmpeg when a file is a video and it is not installed. Inside archives it is found later. */
export async function requireReadable(
  files: readonly { file_name: string }[],
  settings: VideoSettings,
): Promise<void> {
  if (files.some(({ file_name }) => isVideoName(file_name)) && !(await hasFfmpeg(settings)))
    throw problems.ffmpegMissing(settings.ffmpeg)
}
