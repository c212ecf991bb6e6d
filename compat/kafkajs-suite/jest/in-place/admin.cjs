const { given, kafkaOf, withCluster } = require('./kafka-of.cjs')

module.exports = ({ cluster, retry }) => withCluster(kafkaOf(cluster).admin(given({ retry })), cluster)
