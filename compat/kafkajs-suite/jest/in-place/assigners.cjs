module.exports = globalThis.dropIn.PartitionAssigners
