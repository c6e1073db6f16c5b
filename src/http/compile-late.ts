// What checks the requests of a route and writes its answers is made from its schemas when it is first needed. Made for all
// routes at the start, and with it all that is never asked for, a start took 3.1 instead of 2.6 s of processor time.
import { AjvCompiler } from '@fastify/ajv-compiler'
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import type { FastifyServerOptions } from 'fastify'

type Factory = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>

/** Both answer with a function of the value; that of a check bears what was wrong with the last one. */
type Compiled = ((value: unknown) => unknown) & { errors?: unknown }

const late =
  <Given extends unknown[], Route>(build: (...given: Given) => (route: Route) => Compiled) =>
  (...given: Given) => {
    const compile = build(...given)
    return (route: Route): Compiled => {
      let compiled: Compiled | undefined
      const run: Compiled = value => {
        compiled ??= compile(route)
        const answer = compiled(value)
        run.errors = compiled.errors
        return answer
      }
      return run
    }
  }

export const compilersFactory = {
  buildValidator: late(AjvCompiler() as never),
  buildSerializer: late(SerializerSelector() as never),
} as Factory
