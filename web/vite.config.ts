import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** `npm run dev -w web` shows a change at once, on top of a Belfry that runs at its usual address. */
const server = process.env.BELFRY_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react()],
  // Assets stay files: the page's policy allows no scripts and no fonts from within it.
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    manifest: true,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { '/api': { target: server, changeOrigin: true } } },
})
