// The tab's icon with the number of unread alerts on it, so that a tab among many says that something matched. Drawn
// without asking the server, which may be away by then.
import { bellPath } from '../layout/mark.tsx'

const sizePx = 64
const plain = '/favicon.svg'

export function showFaviconCount(count: number): void {
  document.querySelector<HTMLLinkElement>('link[rel=icon]')!.href = count === 0 ? plain : drawn(count)
}

function drawn(count: number): string {
  const canvas = document.createElement('canvas')
  canvas.width = sizePx
  canvas.height = sizePx
  const paint = canvas.getContext('2d')!
  drawBell(paint)
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

/** As in favicon.svg. */
function drawBell(paint: CanvasRenderingContext2D): void {
  paint.save()
  paint.scale(sizePx / 32, sizePx / 32)
  paint.fillStyle = '#0b6b62'
  paint.beginPath()
  paint.roundRect(0, 0, 32, 32, 8)
  paint.fill()
  paint.fillStyle = '#fff'
  paint.fill(new Path2D(bellPath))
  paint.fillStyle = '#f5b83d'
  paint.beginPath()
  paint.arc(16, 24.6, 2.4, 0, 2 * Math.PI)
  paint.fill()
  paint.restore()
}
