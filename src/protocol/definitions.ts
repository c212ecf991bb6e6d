// A message as Kafka's own definition of it has it, and as we declare it: both in shapes that tests compare. The
// definitions are JSON with comments, one file a message.
import { int64Max } from './int64.ts'
import { entries, Layout } from './layout.ts'
import { Versions, type AnyField, type Fields, type Kind, type Message, type VersionRange } from './schema.ts'

interface KafkaField {
  name: string
  type: string
  versions: VersionRange
  nullableVersions?: VersionRange
  flexibleVersions?: VersionRange
  tag?: number
  taggedVersions?: VersionRange
  default?: string | number | boolean | null
  ignorable?: boolean | string
  mapKey?: boolean
  fields?: KafkaField[]
}
export interface KafkaDefinition {
  name: string
  type: string
  apiKey?: number
  validVersions: VersionRange
  flexibleVersions?: VersionRange
  latestVersionUnstable?: boolean
  fields: KafkaField[]
  commonStructs?: { name: string; fields: KafkaField[] }[]
}

export function parseDefinition(text: string): KafkaDefinition {
  return JSON.parse(text.replaceAll(/"(?:[^"\\]|\\.)*"|\/\/.*/g, part => (part.startsWith('//') ? '' : part)))
}

/** A field in one version: what of it this version shows, and what is promised whatever the version. */
export interface Shape {
  name: string
  type: string
  nullable: boolean
  compact: boolean
  tag: number | undefined
  ignorable: boolean
  mapKey: boolean
  default: unknown
  fields: Shape[] | undefined
}

export function ourShape(message: Message<any>, version: number): Shape[] {
  const layout = new Layout(message, version)
  const typeOf = (f: AnyField): string =>
    f.kind === 'array' ? `[]${typeOf(f.of!)}` : f.kind === 'int64exact' ? 'int64' : f.kind
  const inner = (f: AnyField): Fields | undefined => f.fields ?? (f.of && inner(f.of))
  const shape = (fields: Fields): Shape[] =>
    entries(fields)
      .filter(([, f]) => layout.carries(f))
      .map(([name, f]) => ({
        name,
        type: typeOf(f),
        nullable: layout.nullable(f),
        compact: layout.compact(f),
        tag: f.tagNumber,
        ignorable: f.isIgnorable,
        mapKey: f.isMapKey,
        default: plain(f.fallback, f.kind),
        fields: inner(f) && shape(inner(f)!),
      }))
  return shape(message.fields)
}
/** `differenceAt` may say what of a field is otherwise here; null: it is not here. */
export function theirShape(
  theirs: KafkaDefinition,
  version: number,
  differenceAt: (path: string) => Partial<Shape> | null | undefined = () => undefined,
): Shape[] {
  const has = (range: VersionRange | undefined) => Versions.parse(range ?? 'none').includes(version)
  const structs = new Map(theirs.commonStructs?.map(({ name, fields }) => [name, fields]))
  const shape = (fields: KafkaField[], path: string): Shape[] =>
    fields
      .filter(f => has(f.versions) || has(f.taggedVersions))
      .flatMap(f => {
        const name = f.name[0]!.toLowerCase() + f.name.slice(1),
          at = `${path}.${name}`,
          difference = differenceAt(at),
          inner = f.fields ?? structs.get(f.type.replace('[]', ''))
        if (difference === null) return []
        return {
          name,
          type: inner ? f.type.replace(/[A-Z]\w*/, 'struct') : f.type,
          nullable: has(f.nullableVersions),
          compact: has(f.flexibleVersions ?? theirs.flexibleVersions),
          tag: has(f.taggedVersions) ? f.tag : undefined,
          ignorable: String(f.ignorable) === 'true',
          mapKey: f.mapKey ?? false,
          default: theirDefault(f),
          fields: inner && shape(inner, at),
          ...difference,
        }
      })
  return shape(theirs.fields, theirs.name)
}
function theirDefault({ type, default: given }: KafkaField): unknown {
  if (given === 'null') return null
  if (type.startsWith('[]')) return []
  switch (type) {
    // A null that is no text says nothing to Kafka's generator.
    case 'string':
      return given ?? ''
    case 'uuid':
      return '0'.repeat(32)
    case 'bool':
      return String(given) === 'true'
    case 'bytes':
      return []
    case 'records':
      return [] // Differs from Kafka, whose default is null (schema.ts).
    case 'int64':
      return BigInt(given ?? 0)
    default:
      return /^[A-Z]/.test(type) ? undefined : Number(given ?? 0)
  }
}
function plain(fallback: unknown, kind: Kind): unknown {
  if (fallback instanceof Uint8Array) return [...fallback]
  if (kind !== 'int64' || fallback === null) return fallback
  return fallback === int64Max ? BigInt(int64Max) - 1n : BigInt(fallback as number)
}
