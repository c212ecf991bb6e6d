// A message as Apache Kafka's own tools print it: what kafka-dump-log shows of the internal topics. The fields of the
// version in the order of the declaration, tagged ones only where they are not the default, bytes and ids in Base64.

import { isDefault } from './interpret.ts'
import { Layout } from './layout.ts'
import type { AnyField, Decoded, Fields, Message } from './schema.ts'

export type Json = string | number | bigint | boolean | null | JavaDouble | Json[] | { [name: string]: Json }
export type JsonObject = { [name: string]: Json }

export function messageJson<F extends Fields>(message: Message<F>, version: number, value: Decoded<F>): JsonObject {
  return structJson(new Layout(message, version), message.fields, value)
}
function structJson(layout: Layout, fields: Fields, value: { readonly [name: string]: unknown }): JsonObject {
  const json: JsonObject = {}
  for (const [name, field] of layout.struct(fields).all) {
    if (!layout.carries(field)) continue
    if (field.tagNumber !== undefined && isDefault(field, value[name])) continue
    json[name] = fieldJson(layout, field, value[name])
  }
  return json
}
function fieldJson(layout: Layout, field: AnyField, value: unknown): Json {
  if (value === null) return null
  switch (field.kind) {
    case 'struct':
      return structJson(layout, field.fields!, value as { readonly [name: string]: unknown })
    case 'array':
      return (value as unknown[]).map(each => fieldJson(layout, field.of!, each))
    case 'bytes':
    case 'records':
      return Buffer.from(value as Uint8Array).toString('base64')
    case 'uuid':
      return Buffer.from(value as string, 'hex').toString('base64url')
    case 'float64':
      return new JavaDouble(value as number)
    case 'int64':
      return exact(value as number)
    default:
      return value as Json
  }
}
/** Saturated (int64.ts): the ends of the range are the only values beyond 2^53 that are known. */
const exact = (value: number): Json => (Number.isSafeInteger(value) ? value : value > 0 ? 2n ** 63n - 1n : -(2n ** 63n))

/** A double, which Java writes as one even where it is a whole number. */
export class JavaDouble {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
  /** As Double.toString has it: with a digit behind the point, and an exponent from ten million on and below a thousandth. */
  get text(): string {
    const size = Math.abs(this.value)
    if (!Number.isFinite(this.value)) return `"${this.value}"`
    const isPlain = size === 0 || (size >= 1e-3 && size < 1e7)
    const [digits, exponent] = (isPlain ? decimal(this.value) : this.value.toExponential()).split('e')
    const mantissa = digits!.includes('.') ? digits! : `${digits}.0`
    return exponent === undefined ? mantissa : `${mantissa}E${Number(exponent)}`
  }
}
const decimal = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))

/** Without spaces, as Jackson writes it. */
export function jsonText(json: Json): string {
  if (typeof json === 'bigint') return String(json)
  if (json instanceof JavaDouble) return json.text
  if (typeof json === 'string') return JSON.stringify(json).replaceAll(/\\u00[0-9a-f]{2}/g, upperCaseHex)
  if (json === null || typeof json !== 'object') return JSON.stringify(json)
  if (Array.isArray(json)) return `[${json.map(jsonText).join()}]`
  return `{${Object.entries(json)
    .map(([name, value]) => `${jsonText(name)}:${jsonText(value)}`)
    .join()}}`
}
const upperCaseHex = (escape: string): string => `\\u${escape.slice(2).toUpperCase()}`
