// Config values: from the text that people write to what programs use, and back to the one form that Kafka shows.

import type { ConfigDefinition, ConfigType, ConfigValue } from './definition.ts'

export type Parsed = { readonly value: ConfigValue; readonly fault?: undefined } | { readonly fault: string }

/** Parses and checks a text. The fault is the sentence that Kafka's users know. */
export function parseValue(name: string, { type, valid }: ConfigDefinition, text: string): Parsed {
  const trimmed = text.trim()
  const value = parseType(type, trimmed)
  if (value === undefined)
    return {
      fault: `Invalid value ${text} for configuration ${name}: ${
        type === 'BOOLEAN' ? 'Expected value to be either true or false' : `Not a number of type ${type}`
      }`,
    }
  const fault = valid.fault(name, value)
  return fault === undefined ? { value } : { fault }
}

const integers = {
  SHORT: { min: -(2n ** 15n), max: 2n ** 15n - 1n },
  INT: { min: -(2n ** 31n), max: 2n ** 31n - 1n },
  LONG: { min: -(2n ** 63n), max: 2n ** 63n - 1n },
}
/** undefined: the text is not of the type. */
function parseType(type: ConfigType, text: string): ConfigValue | undefined {
  switch (type) {
    case 'BOOLEAN':
      return /^true$/i.test(text) ? true : /^false$/i.test(text) ? false : undefined
    case 'SHORT':
    case 'INT':
    case 'LONG': {
      if (!/^[+-]?\d+$/.test(text)) return undefined
      const exact = BigInt(text.replace('+', ''))
      return exact < integers[type].min || exact > integers[type].max ? undefined : Number(exact)
    }
    case 'DOUBLE':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?[df]?$/i.test(text) ? Number.parseFloat(text) : undefined
    case 'LIST':
      return listItems(text)
    case 'STRING':
    case 'CLASS':
    case 'PASSWORD':
      return text
  }
}

/** Each item once, as Kafka takes a list. */
function listItems(trimmed: string): string[] {
  return trimmed === '' ? [] : [...new Set(trimmed.split(/\s*,\s*/))]
}

/** A valid text in the form in which Kafka shows it: '+5' is 5, 'a , b' is 'a,b', '.50' is 0.5. */
export function canonical(type: ConfigType, text: string): string {
  const trimmed = text.trim()
  switch (type) {
    case 'SHORT':
    case 'INT':
    case 'LONG':
      return /^[+-]?\d+$/.test(trimmed) ? BigInt(trimmed.replace('+', '')).toString() : trimmed
    case 'BOOLEAN':
      return trimmed.toLowerCase()
    case 'DOUBLE':
      return javaDouble(Number.parseFloat(trimmed))
    case 'LIST':
      return listItems(trimmed).join(',')
    default:
      return trimmed
  }
}

/** As Java's Double.toString writes it: 0.5, 3.0, 1.0E10. */
function javaDouble(value: number): string {
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) {
    const [digits, exponent] = value.toExponential().split('e')
    return `${digits!.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`
  }
  return Number.isInteger(value) ? `${value}.0` : String(value)
}
