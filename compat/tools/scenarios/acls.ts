// kafka-acls, on brokers without an authorizer and on those that have one.

import { optionsOnly } from '../normalise.ts'
import { scenarios, type Step } from '../scenario.ts'

/** The entries of a block, the blocks, and the operations that there are, come in any order. */
function anyOrder(output: string): string {
  const lines = output.split('\n').map(line => line.trim())
  const blocks: string[][] = [[]]
  for (const line of lines) {
    if (line === '' || /^(Adding|Current|ACLs for|Acl )/.test(line)) blocks.push([])
    blocks
      .at(-1)!
      .push(line.replace(/(only supports operations \[)(.*)\]/, (_, head: string, list: string) => head + sorted(list)))
  }
  return blocks
    .map(block => block.toSorted().join('\n'))
    .toSorted()
    .join('\n')
    .replaceAll(/\n{2,}/g, '\n')
}
const sorted = (list: string) => list.split(', ').toSorted().join(', ')
/** Java's trace after the error. */
const errors = (output: string): string =>
  output.replace(/^(Error while executing ACL command: .*\n?)(?:[\s\S]*)/m, '$1')

const usage = (run: string, rest: Partial<Step> = {}): Step => ({ run, normalise: [optionsOnly], ...rest })
/** Refused with the options, after a message that holds a set. */
const refused = (run: string): Step => ({ run, normalise: [optionsOnly, anyOrder] })
const call = (run: string, rest: Partial<Step> = {}): Step => ({ run, normalise: [errors, anyOrder], ...rest })
const list = (run = ''): Step => call(`--list --topic {orders} --topic {old} --group {readers} ${run}`)

export const aclScenarios = scenarios('kafka-acls', [
  {
    title: 'arguments',
    steps: [
      usage('', { alone: true }),
      usage('--help', { alone: true }),
      { run: '--version', alone: true },
      usage('--nothing'),
      usage('--list', { alone: true }),
      usage('--topic a'),
      usage('--list --add'),
      usage('--list --bootstrap-controller a:1'),
      usage('--list --producer'),
      usage('--list --allow-principal User:a'),
      usage('--list --deny-host a'),
      usage('--add --topic a --producer --operation Read'),
      usage('--add --topic a --consumer --deny-principal User:a'),
      usage('--add --principal User:a'),
      usage('--add --producer'),
      usage('--add --topic a --idempotent'),
      usage('--add --topic a --consumer'),
      usage('--add --topic a --group b --consumer --cluster'),
      usage('--add --allow-principal User:a'),
      usage('--add --topic a'),
      usage('--add --topic a --resource-pattern-type any --allow-principal User:a'),
      usage('--add --topic a --resource-pattern-type match --allow-principal User:a'),
      call('--add --topic a --resource-pattern-type regex --allow-principal User:a'),
      call('--list --topic a --resource-pattern-type unknown'),
      call('--add --topic a --allow-principal alice'),
      call('--list --principal alice'),
      refused('--add --topic a --allow-principal User:a --operation Fly'),
      refused('--add --topic a --allow-principal User:a --operation ClusterAction'),
      refused('--add --group a --allow-principal User:a --operation Write'),
      refused('--add --cluster --deny-principal User:a --operation Read'),
      refused('--add --transactional-id a --allow-principal User:a --operation Read'),
      refused('--add --delegation-token a --allow-principal User:a --operation Write'),
      refused('--add --user-principal User:b --allow-principal User:a --operation Write'),
      usage('--remove'),
      usage('--add --topic'),
    ],
  },
  {
    title: 'without an authorizer',
    steps: [
      call('--list'),
      call('--list --topic {orders}'),
      call('--add --topic {orders} --allow-principal User:alice'),
      call('--remove --topic {orders} --force'),
    ],
  },
  {
    title: 'entries are added, listed and removed',
    authorizer: true,
    steps: [
      list(),
      call('--add --topic {orders} --allow-principal User:alice --operation Read --operation describe'),
      call('--add --topic {orders} --allow-principal User:alice --operation Read --operation WRITE'),
      call(
        '--add --topic {orders} --deny-principal User:bob --deny-host 10.0.0.1 --deny-host 10.0.0.2 --operation All',
      ),
      call('--add --topic {orders} --topic {old} --allow-principal User:alice --allow-principal User:carol'),
      call('--add --group {readers} --allow-principal User:* --allow-host 127.0.0.1 --operation DescribeConfigs'),
      list(),
      list('--principal User:alice'),
      list('--principal User:alice --principal User:bob --principal User:nobody'),
      call('--remove --topic {orders} --allow-principal User:alice --operation Read --force'),
      call('--remove --topic {orders} --allow-principal User:nobody --operation Read --force'),
      list(),
      call('--remove --topic {orders} --topic {old} --force'),
      list(),
      call('--remove --topic {nothing} --force'),
    ],
  },
  {
    title: 'patterns of names',
    authorizer: true,
    steps: [
      call('--add --topic {ord} --resource-pattern-type prefixed --allow-principal User:alice --operation Read'),
      call('--add --topic {orders} --resource-pattern-type LITERAL --allow-principal User:bob --operation Write'),
      call('--add --topic {orders} --resource-pattern-type Prefixed --deny-principal User:eve'),
      call('--list --topic {orders}'),
      call('--list --topic {orders} --resource-pattern-type any'),
      call('--list --topic {orders} --resource-pattern-type prefixed'),
      call('--list --topic {orders-of-today} --resource-pattern-type match'),
      call('--list --topic {ord} --resource-pattern-type literal'),
      call('--remove --topic {orders} --resource-pattern-type match --force'),
      call('--list --topic {orders} --resource-pattern-type any'),
    ],
  },
  {
    title: 'what producers and consumers need',
    authorizer: true,
    steps: [
      call('--add --producer --topic {orders} --allow-principal User:alice'),
      call('--add --producer --topic {orders} --transactional-id {tx} --allow-principal User:alice'),
      call('--add --consumer --topic {orders} --group {readers} --allow-principal User:bob --allow-host 10.0.0.1'),
      call('--add --consumer --producer --topic {orders} --group {readers} --allow-principal User:carol'),
      call('--add --consumer --topic {ord} --group {rea} --resource-pattern-type prefixed --allow-principal User:dave'),
      call('--add --producer --topic {orders}', { normalise: [optionsOnly] }),
      call('--list --topic {orders} --group {readers} --transactional-id {tx} --resource-pattern-type any'),
      call('--list --topic {orders} --group {readers} --resource-pattern-type match'),
      call(
        '--remove --consumer --topic {orders} --group {readers} --allow-principal User:bob --allow-host 10.0.0.1 --force',
      ),
      call('--list --topic {orders} --group {readers} --transactional-id {tx} --resource-pattern-type any'),
      call('--remove --producer --topic {orders} --force'),
      call('--list --topic {orders} --group {readers} --transactional-id {tx} --resource-pattern-type any'),
    ],
  },
  {
    title: 'other resources',
    authorizer: true,
    steps: [
      call('--add --transactional-id {tx} --allow-principal User:alice --operation TwoPhaseCommit'),
      call('--add --delegation-token {token} --allow-principal User:alice --operation Describe'),
      call('--add --user-principal {User:bob} --allow-principal User:alice --operation CreateTokens'),
      call('--add --topic {orders} --allow-principal Group:writers --operation alterconfigs'),
      call('--list --transactional-id {tx} --delegation-token {token} --user-principal {User:bob} --topic {orders}'),
      call('--remove --transactional-id {tx} --delegation-token {token} --user-principal {User:bob} --force'),
      call('--list --transactional-id {tx} --delegation-token {token} --user-principal {User:bob} --topic {orders}'),
      call('--list --principal Group:writers', { ownLines: true }),
      call('--add --cluster --allow-principal User:{ann} --operation Alter --operation Create'),
      call('--add --producer --idempotent --topic {orders} --allow-principal User:{ann}'),
      call('--add --producer --idempotent --topic {o} --resource-pattern-type prefixed --allow-principal User:{bea}'),
      call('--list --cluster', { ownLines: true }),
      call('--remove --cluster --allow-principal User:{ann} --operation Alter --force'),
      call('--list --cluster --principal User:{ann}'),
      call('--add --topic * --allow-principal User:alice --allow-host {not.an.address} --operation Read'),
      { run: ['--add', '--topic', '', '--allow-principal', 'User:alice'], normalise: [errors, anyOrder] },
    ],
  },
])
