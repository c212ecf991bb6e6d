// The options that commands which send records have in common.

import { UserError } from '../base/index.ts'

const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

export const producerOptions = {
  compression: { short: 'z', value: 'CODEC', about: 'none, gzip, snappy, lz4 or zstd' },
  acks: { value: '0|1|all', about: 'what to wait for (all)' },
} as const

export function codecOption(given = 'none'): (typeof codecs)[number] {
  const codec = codecs.find(name => name === given)
  if (codec === undefined) throw new UserError('USAGE', `--compression is one of ${codecs.join(', ')}, not '${given}'`)
  return codec
}
export function acksOption(given = 'all'): 0 | 1 | 'all' {
  if (given === 'all' || given === '-1') return 'all'
  if (given === '0' || given === '1') return given === '0' ? 0 : 1
  throw new UserError('USAGE', `--acks is 0, 1 or all, not '${given}'`)
}
