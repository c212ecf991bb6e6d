// kafkajs makes loggers by a function of its own; the drop-in's come with a Kafka object.
const { Kafka, logLevel } = globalThis.dropIn
module.exports = {
  LEVELS: logLevel,
  createLogger: ({ level, logCreator } = {}) =>
    new Kafka({ brokers: ['unused'], logLevel: level, logCreator }).logger(),
}
