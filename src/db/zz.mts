import { openPglite } from './pglite.ts'

try {
  await openPglite('/dev/shm/eyes/small/x')
  console.log('ok')
} catch (e) {
  console.log(e, typeof e, e?.constructor?.name, Object.getOwnPropertyNames(e))
}
process.exit()
