const { given, kafkaOf, withCluster } = require('./kafka-of.cjs')

module.exports = ({ cluster, createPartitioner, retry, idempotent, transactionalId, transactionTimeout }) => {
  const { metadataMaxAge, allowAutoTopicCreation, maxInFlightRequests } = cluster.madeWith ?? {}
  const config = { createPartitioner, retry, idempotent, transactionalId, transactionTimeout }
  const ofCluster = { metadataMaxAge, allowAutoTopicCreation, maxInFlightRequests }
  const producer = withCluster(kafkaOf(cluster).producer(given({ ...config, ...ofCluster })), cluster)
  const { send, transaction } = producer
  // kafkajs's cluster knows of the topics that were sent to, and tests ask it for their offsets.
  const knownTo =
    send =>
    async (...args) => {
      const sent = await send(...args)
      await cluster.addTargetTopic(args[0].topic)
      return sent
    }
  return Object.assign(producer, {
    send: knownTo(send),
    async transaction() {
      const begun = await transaction()
      return Object.assign(begun, { send: knownTo(begun.send) })
    },
  })
}
