// What may differ between two brokers in what a command prints: names of this run, addresses, ids, times.

export function normalised(text: string, names: Readonly<Record<string, string>>): string {
  let plain = text
  for (const [name, value] of Object.entries(names)) plain = plain.replaceAll(value, `<${name}>`)
  return (
    plain
      .replaceAll(/127\.0\.0\.1:\d+/g, '<address>')
      .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uuid>')
      .replaceAll(/(?<![\w-])[\w-]{22}(?![\w-])/g, '<id>')
      .replaceAll(/\b1[6-9]\d{11}\b/g, '<ms>')
      .replaceAll(/%\d\|[\d.]+\|/g, '%|')
      .replaceAll(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,\d]*/g, '<time>')
      .replaceAll(/\(after \d+ms in state \w+\)/g, '(after a while)')
      .split('\n')
      // A Kafka that has just begun is asked again by librdkafka, which tells of it.
      .filter(line => !line.endsWith(': retrying'))
      .join('\n')
      .trim()
  )
}
