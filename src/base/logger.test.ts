import assert from 'node:assert/strict'
import { test } from 'node:test'

import { createLogger, type LoggerOptions } from './logger.ts'

const lines = (options: Partial<LoggerOptions>): { logger: ReturnType<typeof createLogger>; lines: string[] } => {
  const lines: string[] = []
  return { logger: createLogger({ now: () => 0, write: line => lines.push(line), ...options }), lines }
}
const fields = { topic: 'a\n"b"', count: 3, reason: undefined, leader: null, is: true }

test('as text an event is one line for people, with what belongs to it', () => {
  const { logger, lines: written } = lines({})
  logger.warn('log write failed', fields)
  assert.deepEqual(written, [
    String.raw`1970-01-01T00:00:00.000Z WARN  log write failed topic="a\n\"b\"" count=3 leader=null is=true`,
  ])
})
test('as JSON an event is one object on a line, whose fields cannot pass for its time, level or name', () => {
  const { logger, lines: written } = lines({ format: 'json' })
  logger.error('log write failed', { ...fields, level: 'debug', time: 'now', event: 'another' })
  assert.equal(written[0]!.includes('\n'), false)
  assert.deepEqual(JSON.parse(written[0]!), {
    time: '1970-01-01T00:00:00.000Z',
    level: 'error',
    event: 'log write failed',
    topic: 'a\n"b"',
    count: 3,
    leader: null,
    is: true,
  })
})
for (const [level, expected] of [
  ['debug', 4],
  ['info', 3],
  ['warn', 2],
  ['error', 1],
] as const)
  test(`from ${level} on, ${expected} of the four levels are written`, () => {
    const { logger, lines: written } = lines({ level })
    for (const one of ['debug', 'info', 'warn', 'error'] as const) logger[one](one)
    assert.equal(written.length, expected)
  })
