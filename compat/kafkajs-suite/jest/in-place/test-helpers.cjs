// kafkajs's helpers; where they start a script in a container, the admin does it.
const path = require('path')
const helpers = require(path.resolve('testHelpers/index.js'))
const { Kafka } = require(path.resolve('index.js'))

module.exports = {
  ...helpers,
  async addPartitions({ topic, partitions }) {
    const admin = new Kafka({ brokers: helpers.plainTextBrokers() }).admin()
    await admin.connect()
    await admin.createPartitions({ topicPartitions: [{ topic, count: partitions }] })
    await admin.disconnect()
  },
}
