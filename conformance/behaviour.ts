// What a behaviour is: one thing that clients of Kafka rely on, and how we stand to it. The behaviours themselves are the
// tables in behaviours/, a file for each section.

/** What a behaviour waits for that is not built. */
export type Awaited = 'transactions of version 2' | 'KIP-848' | 'share groups' | 'security' | 'quotas'

/** Exactly one of: the tests that show it, why we do otherwise on purpose, what it waits for. */
export type Standing =
  | { readonly test: string | readonly string[] }
  /** The API and the sentence, as the handler declares them for COMPATIBILITY.md. */
  | { readonly differs: string }
  | { readonly later: Awaited }

export interface Section {
  readonly title: string
  readonly behaviours: readonly (readonly [sentence: string, standing: Standing])[]
}

/** Some tests of one file: all whose title is this one, where `*` stands for anything. */
export interface TestReference {
  /** From the root of the repository. */
  readonly file: string
  readonly title: string
  readonly matches: (title: string) => boolean
}
/** Of `broker/handlers/produce > 3.3 Produce: a gap is *`. */
export function testReference(reference: string): TestReference {
  const [, place, title] = /^(\S+) > (.+)$/.exec(reference) ?? []
  if (place === undefined || title === undefined) throw new Error(`'${reference}' is not 'file > title'`)
  const pattern = title.split('*').map(part => part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&'))
  const whole = new RegExp(`^${pattern.join('.*')}$`, 's')
  return { file: `src/${place}.test.ts`, title, matches: name => whole.test(name) }
}
export function testsOf(standing: Standing): readonly TestReference[] {
  if (!('test' in standing)) return []
  const { test } = standing
  return (typeof test === 'string' ? [test] : test).map(testReference)
}
