// The classes, and the two questions that kafkajs's own modules ask of errors.
const { dropIn } = globalThis
const rebalancing = ['REBALANCE_IN_PROGRESS', 'NOT_COORDINATOR_FOR_GROUP', 'ILLEGAL_GENERATION']
const errors = Object.fromEntries(Object.entries(dropIn).filter(([name]) => name.startsWith('KafkaJS')))
module.exports = {
  ...errors,
  isRebalancing: error => rebalancing.includes(error.type),
  isKafkaJSError: error => error instanceof dropIn.KafkaJSError,
}
