// Writes COMPATIBILITY.md: `npm run compatibility`.

import { writeFileSync } from 'node:fs'

import { compatibilityPage, handlers } from '../src/broker/index.ts'

writeFileSync(new URL('../COMPATIBILITY.md', import.meta.url), compatibilityPage(handlers))
