// The process of the broker under attack.

import { runAttackedBroker } from './attacked-broker.ts'

await runAttackedBroker(message => process.send!(message))
// Whoever attacks has gone.
process.on('disconnect', () => process.exit())
