import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { withMetricsTable } from '../../../architecture/metrics-reference.ts'

test('docs/metrics.md lists what a running broker tells (`npm run metrics-reference` writes it anew)', async () => {
  const page = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8')
  assert.equal(page, await withMetricsTable(page))
})
