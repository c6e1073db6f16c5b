// The tab's icon with the number of unread alerts on it, so that a tab among many says that something matched.
const sizePx = 64
const plain = '/favicon.svg'
let shown = 0

export async function showFaviconCount(count: number): Promise<void> {
  if (count === shown) return
  shown = count
  const href = count === 0 ? plain : await drawn(count)
  if (count === shown) document.querySelector<HTMLLinkElement>('link[rel=icon]')!.href = href
}

async function drawn(count: number): Promise<string> {
  const bell = new Image(sizePx, sizePx)
  bell.src = plain
  await bell.decode()
  const canvas = document.createElement('canvas')
  canvas.width = sizePx
  canvas.height = sizePx
  const paint = canvas.getContext('2d')!
  paint.drawImage(bell, 0, 0, sizePx, sizePx)
  const text = count > 99 ? '99+' : String(count)
  const width = 14 + text.length * 14
  paint.fillStyle = '#d6336c'
  paint.beginPath()
  paint.roundRect(sizePx - width, 0, width, 34, 17)
  paint.fill()
  paint.fillStyle = '#fff'
  paint.font = '700 25px system-ui, sans-serif'
  paint.textAlign = 'center'
  paint.textBaseline = 'middle'
  paint.fillText(text, sizePx - width / 2, 18)
  return canvas.toDataURL()
}
