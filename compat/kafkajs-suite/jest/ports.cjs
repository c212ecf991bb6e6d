// kafkajs's tests name fixed ports. They are given others, where the brokers of this run listen: what jest keeps of an
// earlier run has other ones.

const { createHash } = require('node:crypto')

const given = process.env.MILLRACE_PORTS
const ports = JSON.parse(given)

module.exports = {
  process: source => source.replaceAll(/\b(909\d|9100)\b/g, port => ports[port] ?? port),
  getCacheKey: (source, path, config) =>
    createHash('sha256').update([source, path, config, given].join('\0')).digest('hex'),
}
