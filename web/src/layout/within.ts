/** Whether an address is the place, or below it. */
export const isWithin = (path: string, place: string): boolean =>
  path === place || (place !== '/' && path.startsWith(`${place}/`))
