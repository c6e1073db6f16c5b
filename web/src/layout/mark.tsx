/** The bell, in a square of 32. */
export const bellPath =
  'M16 6.5c-4 0-6.6 3-6.6 7v4.3l-2 3.4c-.4.7.1 1.3.8 1.3h15.6c.7 0 1.2-.6.8-1.3l-2-3.4v-4.3c0-4-2.6-7-6.6-7Z'

/** The bell of the brand; decoration beside the name. */
export const Mark = ({ size = 28 }: { size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" style={{ flex: 'none' }}>
    <rect width="32" height="32" rx="8" fill="#0b6b62" />
    <path d={bellPath} fill="#fff" />
    <circle cx="16" cy="24.6" r="2.4" fill="#f5b83d" />
  </svg>
)
