// Options of the ZooKeeper age, which Kafka has taken away and course material still names: read as what takes their
// place, with a line on standard error that says so.

/** Where the broker is that answers for ZooKeeper. */
export function brokerForZooKeeper(environment: Readonly<Record<string, string | undefined>>): string {
  return environment['MILLRACE_BOOTSTRAP'] ?? 'localhost:9092'
}

interface Removed {
  /** Whether a value follows. */
  readonly hasValue: boolean
  /** The address of the brokers that it stands for. */
  readonly bootstrap?: (value: string, broker: string) => string
  readonly told: (value: string, broker: string) => string
}
const removed: { readonly [option: string]: Removed } = {
  zookeeper: {
    hasValue: true,
    bootstrap: (_, broker) => broker,
    told: (_, broker) =>
      `--zookeeper is deprecated, as there is no ZooKeeper: asking the broker at ${broker}. Use --bootstrap-server.`,
  },
  'broker-list': {
    hasValue: true,
    bootstrap: value =>
      value
        .split(',')
        .map(address => address.replace(/^[A-Z_]+:\/\//, ''))
        .join(','),
    told: () => '--broker-list is deprecated: use --bootstrap-server.',
  },
  'new-consumer': { hasValue: false, told: () => '--new-consumer is deprecated: there is no other consumer.' },
}

/** The arguments as today's tools take them. `keeps` names the options that a tool still has. */
export function withoutRemoved(
  args: readonly string[],
  {
    keeps,
    broker,
    tell,
  }: { readonly keeps: readonly string[]; readonly broker: string; readonly tell: (line: string) => void },
): string[] {
  const kept: string[] = []
  let bootstrap: string | undefined
  for (let i = 0; i < args.length; i++) {
    const [, name = '', attached] = /^--([a-z-]+)(?:=(.*))?$/s.exec(args[i]!) ?? []
    const option = !keeps.includes(name) && Object.hasOwn(removed, name) ? removed[name]! : undefined
    if (option === undefined) {
      kept.push(args[i]!)
      continue
    }
    const value = option.hasValue ? (attached ?? args[++i] ?? '') : ''
    tell(`WARNING: ${option.told(value, broker)}`)
    bootstrap ??= option.bootstrap?.(value, broker)
  }
  const isGiven = kept.some(word => word === '--bootstrap-server' || word.startsWith('--bootstrap-server='))
  return bootstrap === undefined || isGiven ? kept : [...kept, '--bootstrap-server', bootstrap]
}
