// What is sent in this benchmark: one notification as Belfry sends it, and the same bytes for those who send by hand.

/** The readers count this byte, which occurs nowhere else in what any of the servers sends. */
export const viewName = 'Damaged windshields ~'

export const notification = {
  id: 'e94ab07e-c0fe-4db1-83d0-34ea0fd8ee57',
  user_id: '8f2f00c0-8446-49de-935f-0e9e058cb2a8',
  entity_type: 'saved_view',
  entity_id: '94431831-ceeb-4e21-8c5b-84c78783bd4b',
  title: '',
  message: null,
  metadata: {
    batch_id: 'a863a595-5aaf-45d3-89a9-073a73d59671',
    is_alert: true,
    view_name: viewName,
    dataset_name: 'Dataset',
    result_count: 1,
  },
  dataset_id: 'a981fc0c-2d1f-11f1-a7ca-d2580fa2deac',
  created_at: '2026-03-31T17:02:12.432489',
  read_at: null,
}
export const notificationJson = JSON.stringify(notification)
export const eventText = `event: notification\nid: 0a1b2c3d.12345\ndata: ${notificationJson}\n\n`
export const pingText = 'event: ping\ndata: {}\n\n'
export const pingMs = 3000
