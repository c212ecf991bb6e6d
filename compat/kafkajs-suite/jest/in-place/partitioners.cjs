module.exports = globalThis.dropIn.Partitioners
