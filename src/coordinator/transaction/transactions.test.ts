// The table of transactions: what each request does in each state, for both versions of the protocol.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { TransactionEvent, TransactionRequest, TransactionView } from './requests.ts'
import { noPartitions, type Transaction } from './transaction.ts'
import { transactionMachine } from './transactions.ts'

const key = 't',
  now = 1_000_000
type Message = TransactionRequest | TransactionEvent
const partitions = (...indexes: number[]) => new Map([['orders', new Set(indexes)]])
const stored: Transaction = {
  producerId: 7,
  producerEpoch: 2,
  previousProducerId: 7,
  nextProducerId: -1,
  lastProducerEpoch: 1,
  timeoutMs: 60_000,
  state: 'Ongoing',
  partitions: partitions(0),
  updatedAt: now - 1_000,
  startedAt: now - 1_000,
  clientVersion: 0,
}
const init: TransactionRequest = { is: 'initProducerId', key, to: 1, timeoutMs: 60_000, expected: undefined }
const initAs = (producerId: number, producerEpoch: number): TransactionRequest => ({
  ...init,
  expected: { producerId, producerEpoch },
})
const add = (producerEpoch: number, index: number, producerId = 7): TransactionRequest => ({
  is: 'addPartitions',
  key,
  to: 1,
  producerId,
  producerEpoch,
  partitions: partitions(index),
  clientVersion: 0,
})
const verify = (producerEpoch: number, index: number): TransactionRequest => ({
  is: 'verifyPartitions',
  key,
  to: 1,
  producerId: 7,
  producerEpoch,
  partitions: partitions(index),
})
const end =
  (clientVersion: number) =>
  (result: 'commit' | 'abort', producerEpoch: number, producerId = 7): TransactionRequest => ({
    is: 'endTransaction',
    key,
    to: 1,
    producerId,
    producerEpoch,
    result,
    clientVersion,
  })
const end1 = end(0),
  end2 = end(2)
const event = (is: 'timedOut' | 'sendMarkers' | 'markersWritten', producerEpoch = 2): TransactionEvent => ({
  is,
  key,
  producerId: 7,
  producerEpoch,
})
const describe: TransactionRequest = { is: 'describe', key, to: 1 }

type Before = Transaction['state'] | 'none' | 'pending'
type Row = readonly [before: Before, message: Message, answer: string, after: string, markers: string]
// The answer's error, with the producer id and epoch where it tells them; the state after, with its producer's.
// oxfmt-ignore
const rows: readonly Row[] = [
  // state         message                    answer                          state after            markers
  ['none',           init,                    'NONE 50:0',                    'Empty 50:0',          ''],
  ['none',           initAs(7, 2),            'NONE 50:0',                    'Empty 50:0',          ''],
  ['none',           add(2, 1),               'INVALID_PRODUCER_ID_MAPPING',  'none',                ''],
  ['none',           verify(2, 0),            'INVALID_PRODUCER_ID_MAPPING',  'none',                ''],
  ['none',           end1('commit', 2),       'INVALID_PRODUCER_ID_MAPPING',  'none',                ''],
  ['none',           describe,                'TRANSACTIONAL_ID_NOT_FOUND',   'none',                ''],
  ['pending',        init,                    'CONCURRENT_TRANSACTIONS',      'Ongoing 7:2',         ''],
  ['pending',        add(2, 1),               'CONCURRENT_TRANSACTIONS',      'Ongoing 7:2',         ''],
  ['pending',        end1('commit', 2),       'CONCURRENT_TRANSACTIONS',      'Ongoing 7:2',         ''],
  ['pending',        end2('commit', 2),       'CONCURRENT_TRANSACTIONS',      'Ongoing 7:2',         ''],
  ['pending',        verify(2, 0),            'NONE',                         'Ongoing 7:2',         ''],
  ['pending',        event('timedOut'),       '',                             'Ongoing 7:2',         ''],

  ['Empty',          init,                    'NONE 7:3',                     'Empty 7:3',           ''],
  ['CompleteCommit', init,                    'NONE 7:3',                     'Empty 7:3',           ''],
  ['CompleteAbort',  init,                    'NONE 7:3',                     'Empty 7:3',           ''],
  ['PrepareCommit',  init,                    'CONCURRENT_TRANSACTIONS',      'PrepareCommit 7:2',   ''],
  ['PrepareAbort',   init,                    'CONCURRENT_TRANSACTIONS',      'PrepareAbort 7:2',    ''],
  ['Ongoing',        init,                    'CONCURRENT_TRANSACTIONS',      'PrepareAbort 7:3',    'abort'],
  // KIP-360: who says which epoch it has is given the next, once.
  ['Empty',          initAs(7, 2),            'NONE 7:3',                     'Empty 7:3',           ''],
  ['Empty',          initAs(7, 1),            'NONE 7:2',                     'Empty 7:2',           ''],
  ['Empty',          initAs(7, 0),            'PRODUCER_FENCED',              'Empty 7:2',           ''],
  ['Empty',          initAs(8, 2),            'PRODUCER_FENCED',              'Empty 7:2',           ''],
  ['Ongoing',        initAs(8, 2),            'PRODUCER_FENCED',              'Ongoing 7:2',         ''],

  ['Empty',          add(2, 1),               'NONE',                         'Ongoing 7:2',         ''],
  ['Empty',          add(1, 1),               'PRODUCER_FENCED',              'Empty 7:2',           ''],
  ['Empty',          add(3, 1),               'PRODUCER_FENCED',              'Empty 7:2',           ''],
  ['Empty',          add(2, 1, 8),            'INVALID_PRODUCER_ID_MAPPING',  'Empty 7:2',           ''],
  ['Ongoing',        add(2, 1),               'NONE',                         'Ongoing 7:2',         ''],
  ['PrepareCommit',  add(2, 1),               'CONCURRENT_TRANSACTIONS',      'PrepareCommit 7:2',   ''],
  ['PrepareAbort',   add(2, 1),               'CONCURRENT_TRANSACTIONS',      'PrepareAbort 7:2',    ''],
  ['CompleteCommit', add(2, 1),               'NONE',                         'Ongoing 7:2',         ''],
  ['CompleteAbort',  add(2, 1),               'NONE',                         'Ongoing 7:2',         ''],

  ['Ongoing',        verify(2, 0),            'NONE',                         'Ongoing 7:2',         ''],
  ['Ongoing',        verify(2, 1),            'NONE missing orders-1',        'Ongoing 7:2',         ''],
  ['Ongoing',        verify(1, 0),            'PRODUCER_FENCED',              'Ongoing 7:2',         ''],
  ['PrepareAbort',   verify(2, 0),            'CONCURRENT_TRANSACTIONS',      'PrepareAbort 7:2',    ''],
  ['CompleteAbort',  verify(2, 0),            'NONE missing orders-0',        'CompleteAbort 7:2',   ''],

  ['Ongoing',        end1('commit', 2),       'NONE',                         'PrepareCommit 7:2',   'commit'],
  ['Ongoing',        end1('abort', 2),        'NONE',                         'PrepareAbort 7:2',    'abort'],
  ['Ongoing',        end1('commit', 1),       'PRODUCER_FENCED',              'Ongoing 7:2',         ''],
  ['Ongoing',        end1('commit', 3),       'PRODUCER_FENCED',              'Ongoing 7:2',         ''],
  ['Ongoing',        end1('commit', 2, 8),    'INVALID_PRODUCER_ID_MAPPING',  'Ongoing 7:2',         ''],
  ['Empty',          end1('commit', 2),       'INVALID_TXN_STATE',            'Empty 7:2',           ''],
  ['Empty',          end1('abort', 2),        'INVALID_TXN_STATE',            'Empty 7:2',           ''],
  ['PrepareCommit',  end1('commit', 2),       'CONCURRENT_TRANSACTIONS',      'PrepareCommit 7:2',   ''],
  ['PrepareCommit',  end1('abort', 2),        'CONCURRENT_TRANSACTIONS',      'PrepareCommit 7:2',   ''],
  ['PrepareCommit',  end1('commit', 1),       'PRODUCER_FENCED',              'PrepareCommit 7:2',   ''],
  ['PrepareAbort',   end1('abort', 2),        'CONCURRENT_TRANSACTIONS',      'PrepareAbort 7:2',    ''],
  ['PrepareAbort',   end1('commit', 2),       'CONCURRENT_TRANSACTIONS',      'PrepareAbort 7:2',    ''],
  ['CompleteCommit', end1('commit', 2),       'NONE',                         'CompleteCommit 7:2',  ''],
  ['CompleteCommit', end1('abort', 2),        'INVALID_TXN_STATE',            'CompleteCommit 7:2',  ''],
  ['CompleteAbort',  end1('abort', 2),        'NONE',                         'CompleteAbort 7:2',   ''],
  ['CompleteAbort',  end1('commit', 2),       'INVALID_TXN_STATE',            'CompleteAbort 7:2',   ''],

  // KIP-890: the present epoch (2) asks for the next end, the one before (1) asks for the last end again.
  ['Ongoing',        end2('commit', 2),       'NONE 7:3',                     'PrepareCommit 7:3',   'commit'],
  ['Ongoing',        end2('abort', 2),        'NONE 7:3',                     'PrepareAbort 7:3',    'abort'],
  ['Ongoing',        end2('commit', 1),       'PRODUCER_FENCED',              'Ongoing 7:2',         ''],
  ['Empty',          end2('abort', 2),        'NONE 7:3',                     'PrepareAbort 7:3',    'abort'],
  ['Empty',          end2('abort', 1),        'PRODUCER_FENCED',              'Empty 7:2',           ''],
  ['Empty',          end2('commit', 2),       'INVALID_TXN_STATE',            'Empty 7:2',           ''],
  ['Empty',          end2('commit', 1),       'PRODUCER_FENCED',              'Empty 7:2',           ''],
  ['PrepareCommit',  end2('commit', 1),       'CONCURRENT_TRANSACTIONS',      'PrepareCommit 7:2',   ''],
  ['PrepareCommit',  end2('abort', 1),        'CONCURRENT_TRANSACTIONS',      'PrepareCommit 7:2',   ''],
  // The answer to the end that is under way has told the next epoch, or ids: nobody is fenced who uses them at once.
  ['PrepareCommit',  end2('commit', 2),       'CONCURRENT_TRANSACTIONS',      'PrepareCommit 7:2',   ''],
  ['PrepareCommit',  end2('abort', 2),        'CONCURRENT_TRANSACTIONS',      'PrepareCommit 7:2',   ''],
  ['PrepareCommit',  end2('abort', 0, 8),     'CONCURRENT_TRANSACTIONS',      'PrepareCommit 7:2',   ''],
  ['PrepareCommit',  add(0, 1, 8),            'CONCURRENT_TRANSACTIONS',      'PrepareCommit 7:2',   ''],
  ['PrepareCommit',  initAs(8, 0),            'CONCURRENT_TRANSACTIONS',      'PrepareCommit 7:2',   ''],
  ['PrepareAbort',   end2('abort', 1),        'CONCURRENT_TRANSACTIONS',      'PrepareAbort 7:2',    ''],
  ['CompleteAbort',  end2('abort', 1),        'NONE 7:2',                     'CompleteAbort 7:2',   ''],
  ['CompleteAbort',  end2('abort', 2),        'NONE 7:3',                     'PrepareAbort 7:3',    'abort'],
  ['CompleteAbort',  end2('commit', 1),       'INVALID_TXN_STATE',            'CompleteAbort 7:2',   ''],
  ['CompleteAbort',  end2('commit', 2),       'INVALID_TXN_STATE',            'CompleteAbort 7:2',   ''],
  ['CompleteCommit', end2('abort', 1),        'INVALID_TXN_STATE',            'CompleteCommit 7:2',  ''],
  ['CompleteCommit', end2('abort', 2),        'NONE 7:3',                     'PrepareAbort 7:3',    'abort'],
  ['CompleteCommit', end2('commit', 1),       'NONE 7:2',                     'CompleteCommit 7:2',  ''],
  ['CompleteCommit', end2('commit', 2),       'INVALID_TXN_STATE',            'CompleteCommit 7:2',  ''],
  ['CompleteCommit', end2('commit', 0),       'PRODUCER_FENCED',              'CompleteCommit 7:2',  ''],

  ['Ongoing',        event('timedOut'),       '',                             'PrepareAbort 7:3',    'abort'],
  ['Ongoing',        event('timedOut', 1),    '',                             'Ongoing 7:2',         ''],
  ['PrepareCommit',  event('timedOut'),       '',                             'PrepareCommit 7:2',   ''],
  ['PrepareCommit',  event('sendMarkers'),    '',                             'PrepareCommit 7:2',   'commit'],
  ['PrepareCommit',  event('markersWritten'), '',                             'CompleteCommit 7:2',  ''],
  ['PrepareAbort',   event('markersWritten'), '',                             'CompleteAbort 7:2',   ''],
  ['PrepareAbort',   event('markersWritten', 1), '',                          'PrepareAbort 7:2',    ''],
  ['Ongoing',        event('markersWritten'), '',                             'Ongoing 7:2',         ''],
]

const config = {
  timeoutMsMax: 900_000,
  expirationMs: 10_000,
  expirationCheckIntervalMs: 1_000,
  transitionWaitMsMax: 100,
  transactionVersion: 0,
}
interface Stage {
  readonly view: TransactionView
  take(message: Message, at?: number): { answer: string; markers: string; effects: readonly object[] }
  state(): string
}
function stageOf(transaction: Transaction | undefined, pending = false, transactionVersion = 0): Stage {
  const machine = transactionMachine({ ...config, transactionVersion })
  const view = { ...machine.create(), uncommitted: () => pending }
  if (transaction) machine.apply(view.durable, { is: 'transaction', transactionalId: key, value: transaction })
  const take = (message: Message, at = now): ReturnType<Stage['take']> => {
    const { records, answers, effects } = machine.decide(view, message, at)
    for (const record of records) machine.apply(view.durable, record)
    const response = answers[0]?.response
    if (response !== undefined && 'wantsProducerId' in response)
      return take({ ...message, freshProducerId: 50 } as Message)
    const wants = effects.find(effect => effect.is === 'wantProducerId')
    if (wants) return take({ ...wants.event, freshProducerId: 50 })
    const sent = effects.find(effect => effect.is === 'writeMarkers')
    const markers = sent === undefined ? '' : sent.transaction.state === 'PrepareCommit' ? 'commit' : 'abort'
    return { answer: response === undefined ? '' : show(response), markers, effects }
  }
  const state = () => {
    const after = view.durable.get(key)
    return after === undefined ? 'none' : `${after.state} ${after.producerId}:${after.producerEpoch}`
  }
  return { view, take, state }
}
function show(response: object): string {
  const { error, producerId, producerEpoch, missing } = response as {
    error: string
    producerId?: number
    producerEpoch?: number
    missing?: ReadonlyMap<string, ReadonlySet<number>>
  }
  const absent = [...(missing ?? [])].flatMap(([topic, indexes]) => [...indexes].map(index => ` ${topic}-${index}`))
  const producer = producerId === undefined || producerId < 0 ? '' : ` ${producerId}:${producerEpoch}`
  return `${error}${producer}${absent.length > 0 ? ` missing${absent.join('')}` : ''}`
}
const inState = (state: Transaction['state']): Transaction => ({
  ...stored,
  state,
  partitions: state === 'Empty' || state.startsWith('Complete') ? noPartitions : stored.partitions,
})

for (const [before, message, answer, after, markers] of rows) {
  const asked = Object.entries(message)
    .filter(([name, value]) => ['result', 'producerId', 'producerEpoch', 'clientVersion'].includes(name) && value !== 7)
    .map(([name, value]) => `${name} ${value}`)
  test(`${before}: ${message.is} ${asked.join(', ')} answers ${answer || 'nobody'}, then ${after}`, () => {
    const stage = stageOf(
      before === 'none' ? undefined : before === 'pending' ? stored : inState(before),
      before === 'pending',
    )
    const taken = stage.take(message)
    assert.deepEqual([taken.answer, stage.state(), taken.markers], [answer, after, markers])
  })
}

test('a transaction begins with the first partition, and its time runs from there', () => {
  const stage = stageOf(inState('Empty'))
  const first = stage.take(add(2, 0)).effects
  assert.deepEqual(first, [{ is: 'timer', key, name: 'timeout', afterMs: 60_000, event: event('timedOut') }])
  assert.deepEqual(stage.take(add(2, 1), now + 10).effects, [])
  const { startedAt, partitions: both } = stage.view.durable.get(key)!
  assert.deepEqual([startedAt, both], [now, partitions(0, 1)])
})
test('a completed transaction has no partitions', () => {
  const stage = stageOf(inState('PrepareCommit'))
  stage.take(event('markersWritten'))
  assert.deepEqual(stage.view.durable.get(key)?.partitions, noPartitions)
})

const exhausted = (state: Transaction['state'], producerEpoch = 32_766): Transaction => ({
  ...inState(state),
  producerEpoch,
})
test('with version 1 an id whose epochs are used up gets another producer id', () => {
  const stage = stageOf(exhausted('CompleteCommit'))
  assert.deepEqual([stage.take(init).answer, stage.state()], ['NONE 50:0', 'Empty 50:0'])
})
test('with version 1 the last epoch fences the producer, and whoever comes next gets another producer id', () => {
  const stage = stageOf(exhausted('Ongoing'))
  assert.deepEqual([stage.take(init).answer, stage.state()], ['CONCURRENT_TRANSACTIONS', 'PrepareAbort 7:32767'])
  stage.take(event('markersWritten', 32_767))
  assert.equal(stage.take(init).answer, 'NONE 50:0')
})
test('KIP-360: a bump from the last epoch whose answer was lost is known again by the id before', () => {
  const stage = stageOf(exhausted('CompleteCommit'))
  assert.equal(stage.take(initAs(7, 32_766)).answer, 'NONE 50:0')
  assert.equal(stage.take(initAs(7, 32_766)).answer, 'NONE 50:0')
  assert.equal(stage.take(initAs(7, 32_765)).answer, 'PRODUCER_FENCED')
})
test('with version 2 the end of a transaction changes the producer id when epochs are used up', () => {
  const stage = stageOf(exhausted('Ongoing'))
  assert.equal(stage.take(end2('commit', 32_766)).answer, 'NONE 50:0')
  assert.equal(stage.state(), 'PrepareCommit 7:32767')
  assert.equal(stage.take(end2('commit', 32_766)).answer, 'CONCURRENT_TRANSACTIONS')
  stage.take(event('markersWritten', 32_767))
  assert.equal(stage.state(), 'CompleteCommit 50:0')
  assert.equal(stage.take(end2('commit', 32_766)).answer, 'NONE 50:0', 'the answer was lost, and is asked for again')
})
test('with version 2 a timeout bumps the epoch in the same way, and changes the producer id', () => {
  const stage = stageOf(exhausted('Ongoing'), false, 2)
  assert.equal(stage.take(event('timedOut', 32_766)).markers, 'abort')
  stage.take(event('markersWritten', 32_767))
  assert.equal(stage.state(), 'CompleteAbort 50:0')
})

test('an id expires when nobody has used it for long, unless a transaction is open', () => {
  // oxfmt-ignore
  const cases = [
    ['Empty',          9_999,  'Empty 7:2'],
    ['Empty',          10_000, 'none'],
    ['CompleteCommit', 10_000, 'none'],
    ['CompleteAbort',  10_000, 'none'],
    ['Ongoing',        99_999, 'Ongoing 7:2'],
    ['PrepareCommit',  99_999, 'PrepareCommit 7:2'],
    ['PrepareAbort',   99_999, 'PrepareAbort 7:2'],
  ] as const
  for (const [state, ageMs, after] of cases) {
    const stage = stageOf(inState(state))
    stage.take({ is: 'expire', key }, stored.updatedAt + ageMs)
    assert.equal(stage.state(), after, `${state} after ${ageMs} ms`)
  }
})

test('after a restart an open transaction has its time, and a prepared one its markers sent again', () => {
  const machine = transactionMachine(config)
  // oxfmt-ignore
  const cases = [
    ['Ongoing',        false, 'timeout in 59000'],
    ['PrepareCommit',  false, 'markers in 100'],
    ['PrepareAbort',   false, 'markers in 100'],
    // It may yet be lost: when it is committed, its markers are sent.
    ['PrepareCommit',  true,  ''],
    ['CompleteCommit', false, ''],
    ['Empty',          false, ''],
  ] as const
  for (const [state, pending, revived] of cases) {
    const view = stageOf(inState(state), pending).view
    const timers = machine.revive(view, key, now).map(effect => {
      assert(effect.is === 'timer')
      return `${effect.name} in ${effect.afterMs}`
    })
    assert.equal(timers.join(), revived, state)
  }
})
