// What a topic may be called, as Kafka's Topic class has it.

const nameLengthMax = 249

/** What is wrong with a name, in Kafka's words. */
export function topicNameFault(name: string): string | undefined {
  const reason =
    name === ''
      ? 'the empty string is not allowed'
      : name === '.' || name === '..'
        ? `'${name}' is not allowed`
        : name.length > nameLengthMax
          ? `the length of '${name}' is longer than the max allowed length ${nameLengthMax}`
          : !/^[a-zA-Z0-9._-]+$/.test(name)
            ? `'${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`
            : undefined
  return reason === undefined ? undefined : `Topic name is invalid: ${reason}`
}

/** Metrics write '.' as '_': two topics that differ in nothing else may not both exist. */
export function collisionKey(name: string): string {
  return name.replaceAll('.', '_')
}
