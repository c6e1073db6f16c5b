/** 128 random bits in hex. `crypto.randomUUID` is missing in pages that came over plain http from another machine. */
export const randomId = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('')
