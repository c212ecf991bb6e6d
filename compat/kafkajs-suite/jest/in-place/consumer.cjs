const { given, kafkaOf, withCluster } = require('./kafka-of.cjs')

module.exports = ({ cluster, logger: _logger, instrumentationEmitter: _emitter, isolationLevel, ...config }) => {
  const { metadataMaxAge, allowAutoTopicCreation, maxInFlightRequests } = cluster.madeWith ?? {}
  const isolation = isolationLevel ?? cluster.madeWith?.isolationLevel
  const ofCluster = { metadataMaxAge, allowAutoTopicCreation, maxInFlightRequests, readUncommitted: isolation === 0 }
  return withCluster(kafkaOf(cluster).consumer(given({ ...ofCluster, ...config })), cluster)
}
