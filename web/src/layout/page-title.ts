// The tab's title has two authors: the screen, and the number of unread alerts.
let title = 'Belfry'
let unread = 0

const show = () => {
  document.title = `${unread > 0 ? `(${unread}) ` : ''}${title === 'Belfry' ? title : `${title} · Belfry`}`
}

export function setPageTitle(next: string): void {
  title = next
  show()
}

export function setTitleCount(count: number): void {
  unread = count
  show()
}
