// What is compiled from here on is as fast, and rounds, as in a server that has run for a while: the suite leaves V8's
// optimization out (test/suite.ts), which is no test of our own kernels.
import { setFlagsFromString } from 'node:v8'

setFlagsFromString('--no-liftoff-only')
setFlagsFromString('--no-liftoff')
