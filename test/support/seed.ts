// Where random cases begin: anew in each run, unless BELFRY_TEST_SEED names one. CI names one, so that a change is judged
// by what it changed; people who run the tests find what nobody has tried yet.
import fc from 'fast-check'

export const seed = Number(process.env.BELFRY_TEST_SEED ?? Date.now() % 2 ** 31)

fc.configureGlobal({ seed })
