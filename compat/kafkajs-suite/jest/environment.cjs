// One world for tests and drop-in, as classes and errors are compared with instanceof: no context of their own for the
// tests. The drop-in is ESM, which this jest cannot load, so it is loaded here, and lies on the global object.

const NodeEnvironment = require(require.resolve('jest-environment-node', { paths: [process.cwd()] }))

module.exports = class extends NodeEnvironment {
  constructor(config) {
    super(config)
    this.global = globalThis
    // Where it is missing, scripts run by `runScript`.
    this.getVmContext = undefined
  }
  async setup() {
    globalThis.dropIn = await import(process.env.MILLRACE_KAFKAJS)
  }
  async teardown() {}
  runScript(script) {
    return script.runInThisContext()
  }
}
