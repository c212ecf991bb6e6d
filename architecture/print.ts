// npm run architecture: prints the table of modules for ARCHITECTURE.md.

import { readdirSync } from 'node:fs'

import { printed } from './architecture.ts'

console.log(printed(new Set(readdirSync('src'))))
