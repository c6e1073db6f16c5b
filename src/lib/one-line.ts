/** A name stands in lists, logs and terminals: what breaks the line, or steers a terminal, is no part of one. */
export const isOneLine = (text: string): boolean => text.isWellFormed() && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)
