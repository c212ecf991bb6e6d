module.exports = globalThis.dropIn.Kafka
