// Runs before the first paint, so that a dark page never flashes white.
const chosen = localStorage.getItem('mantine-color-scheme-value') ?? 'auto'
const prefersDark = matchMedia('(prefers-color-scheme: dark)').matches
document.documentElement.setAttribute(
  'data-mantine-color-scheme',
  chosen === 'dark' || (chosen === 'auto' && prefersDark) ? 'dark' : 'light',
)
