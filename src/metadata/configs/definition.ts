// How a config is declared: one row a key, with its type, default, the values that are allowed and how it may be changed.
// The tables beside this file are what the broker knows of its configs: they are parsed, checked, described and documented
// from there.

export type ConfigType = 'BOOLEAN' | 'STRING' | 'INT' | 'SHORT' | 'LONG' | 'DOUBLE' | 'LIST' | 'CLASS' | 'PASSWORD'

/** What a value is once it is parsed. A LONG is a number: beyond 2^53 it is the nearest one. */
export type ConfigValue = boolean | number | string | readonly string[] | null

/** A check of a parsed value: gives what Kafka says of a wrong one. */
export interface Valid {
  /** For documentation: '[1,...]', '[none, required]'. */
  readonly text: string
  fault(name: string, value: ConfigValue): string | undefined
}

/** How a broker's config is changed: with a restart, for one broker at a time, or for one or all brokers. */
export type Update = 'read-only' | 'per-broker' | 'cluster-wide'

export interface ConfigDefinition {
  readonly type: ConfigType
  /** As Kafka writes it. null: none. */
  readonly default: string | null
  readonly valid: Valid
  readonly update: Update
}

/** The largest LONG, which Kafka's defaults use for "never" and "no limit". */
export const longMax = '9223372036854775807'
export const intMax = 2_147_483_647

type Initial = string | number | boolean | null

export function config(
  type: ConfigType,
  initial: Initial,
  valid: Valid,
  update: Update = 'read-only',
): ConfigDefinition {
  return { type, default: initial === null ? null : String(initial), valid, update }
}
/** A config of a topic, a group or client metrics: those can all be changed at any time. */
export function resourceConfig(type: ConfigType, initial: Initial, valid: Valid): ConfigDefinition {
  return config(type, initial, valid, 'cluster-wide')
}

const invalid = (name: string, value: ConfigValue, why: string) =>
  `Invalid value ${Array.isArray(value) ? `[${value.join(', ')}]` : String(value)} for configuration ${name}: ${why}`

export const any: Valid = { text: '', fault: () => undefined }

export function between(min: number, max = Infinity): Valid {
  return {
    text: max === Infinity ? `[${min},...]` : `[${min},...,${max}]`,
    fault(name, value) {
      if (value === null) return invalid(name, null, 'Value must be non-null')
      if ((value as number) < min) return invalid(name, value, `Value must be at least ${min}`)
      if ((value as number) > max) return invalid(name, value, `Value must be no more than ${max}`)
      return undefined
    },
  }
}
export const atLeast = (min: number): Valid => between(min)

export function oneOf(...allowed: string[]): Valid {
  return {
    text: `[${allowed.join(', ')}]`,
    fault: (name, value) =>
      allowed.includes(value as string)
        ? undefined
        : invalid(name, value, `String must be one of: ${allowed.join(', ')}`),
  }
}
export function oneOfIgnoringCase(...allowed: string[]): Valid {
  return {
    text: `(case insensitive) [${allowed.join(', ')}]`,
    fault: (name, value) =>
      value !== null && allowed.includes((value as string).toUpperCase())
        ? undefined
        : invalid(name, value, `String must be one of (case insensitive): ${allowed.join(', ')}`),
  }
}
/** A list of any values, or of the allowed ones. A value that is repeated counts once (KIP-1161). */
export function listOf(...allowed: string[]): Valid {
  return {
    text: allowed.length > 0 ? `[${allowed.join(', ')}]` : '',
    fault(name, value) {
      for (const item of (value ?? []) as readonly string[]) {
        if (item === '') return `Configuration '${name}' values must not be empty.`
        if (allowed.length > 0 && !allowed.includes(item))
          return invalid(name, item, `String must be one of: ${allowed.join(', ')}`)
      }
      return undefined
    },
  }
}
/** As listOf, and at least one. */
export function someOf(...allowed: string[]): Valid {
  const inner = listOf(...allowed)
  return {
    text: inner.text,
    fault: (name, value) =>
      (value as readonly string[] | null)?.length === 0
        ? `Configuration '${name}' must not be empty. Valid values include: ${inner.text || 'any non-empty value'}`
        : inner.fault(name, value),
  }
}
export const notEmpty: Valid = {
  text: 'non-empty string',
  fault: (name, value) => (value === '' ? invalid(name, value, 'String must be non-empty') : undefined),
}
/** KIP-932: where a share group starts to read. */
export const shareOffsetReset: Valid = {
  text: '[latest, earliest, by_duration:PnDTnHnMn.nS]',
  fault: (name, value) =>
    /^(latest|earliest|by_duration:P(?!$)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?)$/.test(value as string)
      ? undefined
      : invalid(
          name,
          value,
          `Invalid value \`${value as string}\` for configuration ${name}. The value must be either 'earliest', 'latest' ` +
            "or of the format 'by_duration:<PnDTnHnMn.nS>'.",
        ),
}
/** KIP-390: gzip's own default, or one of its levels. */
export const gzipLevel: Valid = {
  text: '[1,...,9] or -1',
  fault: (name, value) =>
    value === -1 || ((value as number) >= 1 && (value as number) <= 9)
      ? undefined
      : invalid(name, value, 'Value must be between 1 and 9 or equal to -1'),
}
/** KIP-73: '*', or partition:broker pairs. */
export const throttledReplicas: Valid = {
  text: '[partitionId]:[brokerId],[partitionId]:[brokerId],...',
  fault(name, value) {
    const items = (value ?? []) as readonly string[]
    if (items.length === 1 && items[0] === '*') return undefined
    return items.every(item => /^[0-9]+:[0-9]+$/.test(item))
      ? undefined
      : invalid(
          name,
          value,
          `${name} must be the literal '*' or a list of replicas in the following format: ` +
            '[partitionId]:[brokerId],[partitionId]:[brokerId],...',
        )
  },
}
