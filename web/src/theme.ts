// Verdigris, the green of old bells, for what can be done; amber for what is new. Both keep a contrast of 4.5 to 1.
import { createTheme, type MantineColorsTuple } from '@mantine/core'

const verdigris: MantineColorsTuple = [
  '#e8f7f4',
  '#d3ebe6',
  '#a6d7ce',
  '#76c2b4',
  '#4fb09f',
  '#2f9f8d',
  '#1a8a79',
  '#0b6b62',
  '#07594f',
  '#03463e',
]
const amber: MantineColorsTuple = [
  '#fff6e3',
  '#feeacb',
  '#fbd48f',
  '#f8bd52',
  '#f5a923',
  '#e5980b',
  '#c07b00',
  '#935d00',
  '#754900',
  '#573500',
]

const systemFonts = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

export const theme = createTheme({
  primaryColor: 'verdigris',
  primaryShade: { light: 7, dark: 7 },
  colors: { verdigris, amber },
  fontFamily: `'Inter Variable', ${systemFonts}`,
  headings: { fontFamily: `'Inter Variable', ${systemFonts}`, fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
})
