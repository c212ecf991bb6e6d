// Code that is typed against kafkajs compiles against the drop-in: what an application gives fits, and what it gets fits
// where it put kafkajs's types. The compiler is the test; what runs compares the values.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import * as theirs from 'kafkajs'

import * as ours from './index.ts'

/** Compiles where the first may be used as the second. */
type Fits<Given extends Wanted, Wanted> = [Given, Wanted]

export type GivenByApplications = [
  Fits<theirs.ProducerConfig, ours.ProducerConfig>,
  Fits<theirs.AdminConfig, ours.AdminConfig>,
  Fits<theirs.RetryOptions, ours.RetryOptions>,
  Fits<theirs.SASLOptions, ours.SASLOptions>,
  Fits<theirs.ProducerRecord, ours.ProducerRecord>,
  Fits<theirs.ProducerBatch, ours.ProducerBatch>,
  Fits<theirs.Message, ours.Message>,
  Fits<theirs.Offsets, ours.Offsets>,
  Fits<theirs.ConsumerSubscribeTopics, ours.ConsumerSubscribeTopics>,
  Fits<theirs.ConsumerSubscribeTopic, ours.ConsumerSubscribeTopic>,
  Fits<theirs.ConsumerRunConfig, ours.ConsumerRunConfig>,
  Fits<theirs.EachBatchHandler, ours.EachBatchHandler>,
  Fits<theirs.EachMessageHandler, ours.EachMessageHandler>,
  Fits<theirs.ITopicConfig, ours.ITopicConfig>,
  Fits<theirs.ITopicPartitionConfig, ours.ITopicPartitionConfig>,
  Fits<theirs.ResourceConfigQuery, ours.ResourceConfigQuery>,
  Fits<theirs.IResourceConfig, ours.IResourceConfig>,
  Fits<theirs.AclEntry, ours.AclEntry>,
  Fits<theirs.AclFilter, ours.AclFilter>,
  Fits<theirs.PartitionReassignment, ours.PartitionReassignment>,
  Fits<theirs.ICustomPartitioner, ours.ICustomPartitioner>,
  Fits<theirs.logCreator, ours.logCreator>,
  Fits<theirs.MemberMetadata, ours.MemberMetadata>,
  Fits<theirs.MemberAssignment, ours.MemberAssignment>,
]
export type GotByApplications = [
  Fits<ours.Producer, theirs.Producer>,
  Fits<ours.Transaction, theirs.Transaction>,
  Fits<ours.Consumer, theirs.Consumer>,
  Fits<ours.Admin, theirs.Admin>,
  Fits<ours.Logger, theirs.Logger>,
  Fits<ours.RecordMetadata, theirs.RecordMetadata>,
  Fits<ours.EachMessagePayload, theirs.EachMessagePayload>,
  Fits<ours.EachBatchPayload, theirs.EachBatchPayload>,
  Fits<ours.KafkaMessage, theirs.KafkaMessage>,
  Fits<ours.Batch, theirs.Batch>,
  Fits<ours.GroupDescription, theirs.GroupDescription>,
  Fits<ours.DescribeConfigResponse, theirs.DescribeConfigResponse>,
  Fits<ours.ConsumerGroupJoinEvent, theirs.ConsumerGroupJoinEvent>,
  Fits<ours.ConsumerCrashEvent, theirs.ConsumerCrashEvent>,
  Fits<ours.RequestEvent, theirs.RequestEvent>,
  Fits<ours.KafkaJSError, theirs.KafkaJSError>,
  Fits<ours.KafkaJSProtocolError, theirs.KafkaJSProtocolError>,
  Fits<ours.KafkaJSNumberOfRetriesExceeded, theirs.KafkaJSNumberOfRetriesExceeded>,
  Fits<ours.KafkaJSDeleteGroupsError, theirs.KafkaJSDeleteGroupsError>,
]

test('kafkajs: all that kafkajs exports is there, and numbers are the same', () => {
  const names = Object.keys(theirs).filter(name => name !== 'default' && name !== 'module.exports')
  assert.deepEqual(
    names.filter(name => !(name in ours)),
    [],
  )
  for (const name of names) {
    const [their, our] = [theirs, ours].map(module => (module as Record<string, unknown>)[name])
    if (typeof their !== 'object' || their === null) continue
    assert.deepEqual(Object.keys(our as object).toSorted(), Object.keys(their).toSorted(), name)
    for (const [key, value] of Object.entries(their))
      if (typeof value === 'number') assert.equal((our as Record<string, unknown>)[key], value, `${name}.${key}`)
  }
})

test('kafkajs: an error of each kind is named, and retried, as in kafkajs', () => {
  const arguments_: Record<string, unknown[]> = {
    KafkaJSDeleteTopicRecordsError: [{ partitions: [] }],
    KafkaJSOffsetOutOfRange: [new Error('text'), { topic: 't', partition: 0 }],
    KafkaJSMemberIdRequired: [new Error('text'), { memberId: 'm' }],
    KafkaJSNumberOfRetriesExceeded: [new Error('text'), { retryCount: 1, retryTime: 2 }],
    KafkaJSFetcherRebalanceError: [],
    KafkaJSNoBrokerAvailableError: [],
  }
  type Constructor = new (...given: unknown[]) => Error & { readonly retriable?: boolean }
  for (const [name, Their] of Object.entries(theirs)) {
    if (!name.startsWith('KafkaJS') || name === 'KafkaJSInvariantViolation') continue
    const given = arguments_[name] ?? ['text', {}]
    const their = new (Their as unknown as Constructor)(...given)
    const our = new (ours as unknown as Record<string, Constructor>)[name]!(...given)
    assert.equal(our.name, their.name)
    assert.equal(our.message, their.message, name)
    // Without an error of the broker's there, kafkajs has no opinion.
    assert.equal(our.retriable ?? false, their.retriable ?? false, name)
    assert.equal(our instanceof ours.KafkaJSError, their instanceof theirs.KafkaJSError, name)
  }
})
