const whole = new Intl.NumberFormat()

/** `1,875 matches`, in the reader's own digits. */
export const count = (n: number, one: string, many = one.endsWith('ch') ? `${one}es` : `${one}s`): string =>
  `${whole.format(n)} ${n === 1 ? one : many}`

export const figure = (n: number): string => whole.format(n)

const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 })
/** Of a share from 0 to 1: `30%`. */
export const percentText = (share: number): string => percent.format(share)
