import { print, styled } from '../output.ts'

/** A name and what there is to say about it. */
export const line = (name: string, text: string): void => print(`${styled('dim', name.padEnd(12))}${text}`)
