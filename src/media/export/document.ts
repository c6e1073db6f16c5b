// The exported document, as publicly documented: what one item says. Pure rules.

export interface ExportedItem {
  id: string
  kind: 'IMAGE' | 'VIDEO_FRAME'
  ordinal: number
  batch_id: string
  folder: string
  file_name: string
  bytes: number | null
  width: number | null
  height: number | null
  labels: string[]
  caption: string | null
  tags: { name: string; created_at: string }[]
  metadata: Record<string, unknown>
  issues: Record<string, number | null>
  storage_key: string | null
  video_name: string | null
  video_id: string | null
  frame_timestamp: number | null
  objects: { label: string | null; bounding_box: number[] }[]
}

/** What a view would call an issue; beneath it there is none to report. */
const minConfidence = 0.5

export const pathOf = ({ folder, file_name }: Pick<ExportedItem, 'folder' | 'file_name'>): string =>
  folder === '' ? file_name : `${folder}/${file_name}`

const typed = (type: string, properties: object) => ({ type, properties })

export function mediaItem(item: ExportedItem): object {
  const { normal, ...issues } = item.issues
  return {
    media_id: item.id,
    media_type: item.kind === 'IMAGE' ? 'image' : 'video_frame',
    file_name: item.file_name,
    file_path: pathOf(item),
    file_size: `${((item.bytes ?? 0) / 1024).toFixed(2)}KB`,
    height: item.height,
    width: item.width,
    url: `/api/v1/media/${item.id}/original`,
    metadata_items: [
      ...(item.video_id
        ? [
            typed('video_info', {
              video_id: item.video_id,
              video_name: item.video_name,
              frame_timestamp: item.frame_timestamp,
              timestamp: new Date(Math.round((item.frame_timestamp ?? 0) * 1000)).toISOString().slice(11, 23),
            }),
          ]
        : []),
      ...Object.entries(issues)
        .filter(([, confidence]) => (confidence ?? 0) >= minConfidence)
        .map(([issue_type, confidence]) => typed('issue', { issue_type, confidence })),
      ...item.labels.map(category_name => typed('image_label', { category_name, source: 'User' })),
      ...(item.caption === null ? [] : [typed('caption', { text: item.caption, source: 'User' })]),
      ...item.tags.map(({ name }) => typed('user_tag', { tag_name: name })),
      ...item.objects.map(({ label, bounding_box }) =>
        typed('object_label', {
          bbox: bounding_box,
          category_name: label,
          source: 'User',
          metadata_items: [],
        }),
      ),
      ...Object.entries(item.metadata).map(([field_name, value]) =>
        typed('custom_metadata', { field_name, value }),
      ),
    ],
  }
}
