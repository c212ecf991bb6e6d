// A Kafka object of the drop-in that connects as kafkajs's cluster would, with the retries of kafkajs's tests.
const { Kafka, logLevel } = globalThis.dropIn
const retry = { maxRetryTime: 1000, initialRetryTime: 50, factor: 0.02, multiplier: 1.5, retries: 15 }
const objects = new WeakMap()

exports.kafkaOf = asked => {
  const cluster = asked?.madeWith === undefined ? require('testHelpers').createCluster() : asked
  const known = objects.get(cluster)
  if (known !== undefined) return known
  const { brokers, ssl, sasl, clientId, connectionTimeout, requestTimeout, enforceRequestTimeout } = cluster.madeWith
  const options = { brokers, ssl, sasl, clientId, connectionTimeout, requestTimeout, enforceRequestTimeout }
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  const kafka = new Kafka({ ...given, retry: { ...retry, ...cluster.madeWith.retry }, logLevel: logLevel.NOTHING })
  objects.set(cluster, kafka)
  return kafka
}
/** Tests look at the cluster beside what they test: it is connected when that is. */
exports.withCluster = (made, cluster) => {
  const { connect, disconnect } = made
  return Object.assign(made, {
    async connect() {
      await connect()
      await cluster?.connect()
      // As kafkajs's consumer does, on which tests spy.
      await cluster?.refreshMetadataIfNecessary()
    },
    async disconnect() {
      await disconnect()
      await cluster?.disconnect()
    },
  })
}
exports.given = options => Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
