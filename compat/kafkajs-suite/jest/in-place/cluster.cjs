// kafkajs's own cluster: tests look at brokers with it, and say by it how to connect. What it was made with goes to the
// drop-in.
const path = require('path')
const Original = require(path.resolve('src/cluster/index.js'))

module.exports = class Cluster extends Original {
  constructor(options) {
    super(options)
    this.madeWith = options
  }
}
