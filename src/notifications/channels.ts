// What notifications announce over NOTIFY, to every replica, as a transaction commits. Announcements can be lost while a
// connection is down; whoever listens reads the tables when it is back.

/** Rows were appended. Carries nothing: the rows are read from the log. */
export const appendedChannel = 'belfry_appended'

/** Notifications were marked as read. */
export const readChannel = 'belfry_read'
export type ReadAnnouncement = { userId: string } & ({ read: string } | { readAll: string | null })
