// kafkajs's tests name fixed ports. They are given others, where the brokers of this run listen.

const ports = JSON.parse(process.env.MILLRACE_PORTS)

module.exports = {
  process: source => source.replaceAll(/\b(909\d|9100)\b/g, port => ports[port] ?? port),
}
