// JSON text, checked by a schema where one is given. Integers beyond 2^53 stay exact: they are read as bigint, and a bigint
// is written as a number.

import type { Serde } from './serde.ts'
import { validated, type SchemaInput, type SchemaOutput, type StandardSchema } from './standard-schema.ts'

/**
 * With a schema of any library that speaks Standard Schema (zod, valibot, arktype), both ways are checked: what is given
 * to a producer must be fit for the schema and is written as given, what a consumer gets is what the schema makes of it.
 * Null is the absence of data, a tombstone: the schema says whether it may occur.
 *
 *     const orders = json(z.object({ id: z.string(), total: z.number() }))
 *     await using producer = client.producer({ value: orders })
 *
 * Without a schema the type is taken on trust.
 */
export function json<S extends StandardSchema>(schema: S): Serde<SchemaInput<S>, SchemaOutput<S>>
export function json<T = unknown>(): Serde<T>
export function json(schema?: StandardSchema): Serde<unknown> {
  return {
    serialize(value) {
      if (schema !== undefined) validated(schema, value)
      if (value === null) return null
      const text = JSON.stringify(value, exactNumbers)
      if (text === undefined) throw new TypeError(`JSON has no ${typeof value}`)
      return text
    },
    deserialize(bytes) {
      const value = bytes === null ? null : parse(bytes.toString())
      return schema === undefined ? value : validated(schema, value)
    },
  }
}

/** ES2025 (JSON.parse source text access), which the language's types do not have. */
const { rawJSON } = JSON as typeof JSON & { rawJSON(this: void, text: string): unknown }
const exactNumbers = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? rawJSON(String(value)) : value

/** A reviver costs as much as the parsing: it is for texts that may hold such a number. */
const mayBeUnsafe = /\d{16}/
const integer = /^-?\d+$/
type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown
const exactIntegers: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && integer.test(source)
    ? BigInt(source)
    : value
function parse(text: string): unknown {
  return mayBeUnsafe.test(text) ? JSON.parse(text, exactIntegers as Parameters<typeof JSON.parse>[1]) : JSON.parse(text)
}
