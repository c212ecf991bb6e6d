// require('kafkajs')
module.exports = globalThis.dropIn
