// Writes the table of docs/metrics.md: `npm run metrics-reference`.

import { readFileSync, writeFileSync } from 'node:fs'

import { withMetricsTable } from './metrics-reference.ts'

const page = new URL('../docs/metrics.md', import.meta.url)
writeFileSync(page, await withMetricsTable(readFileSync(page, 'utf8')))
