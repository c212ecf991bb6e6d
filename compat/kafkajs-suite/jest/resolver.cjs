// Puts the drop-in in the place of kafkajs's public modules, for whatever requires them; but what stands in for a module
// may require the original. Where it is kafkajs that is tested, only its helpers have a stand-in.

const path = require('node:path')

const inPlace = path.join(__dirname, 'in-place')
const standInsOfDropIn = {
  'index.js': 'kafkajs.cjs',
  'src/index.js': 'client.cjs',
  'src/admin/index.js': 'admin.cjs',
  'src/producer/index.js': 'producer.cjs',
  'src/consumer/index.js': 'consumer.cjs',
  'src/cluster/index.js': 'cluster.cjs',
  'src/errors.js': 'errors.cjs',
  'src/loggers/index.js': 'loggers.cjs',
  'src/consumer/assignerProtocol.js': 'assigner-protocol.cjs',
  'src/consumer/assigners/index.js': 'assigners.cjs',
  'src/producer/partitioners/index.js': 'partitioners.cjs',
}
const standIns = {
  ...(process.env.MILLRACE_SUBJECT === 'drop-in' ? standInsOfDropIn : {}),
  'testHelpers/index.js': 'test-helpers.cjs',
}

module.exports = (request, options) => {
  const found = options.defaultResolver(
    request === 'testHelpers' ? path.resolve('testHelpers/index.js') : request,
    options,
  )
  if (options.basedir === inPlace) return found
  const standIn = standIns[path.relative(process.cwd(), found).replaceAll('\\', '/')]
  return standIn === undefined ? found : path.join(inPlace, standIn)
}
