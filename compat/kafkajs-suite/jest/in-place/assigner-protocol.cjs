module.exports = globalThis.dropIn.AssignerProtocol
