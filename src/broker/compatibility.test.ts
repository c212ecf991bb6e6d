import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { compatibilityPage } from './compatibility.ts'
import { handlers } from './handlers/index.ts'

test('COMPATIBILITY.md says what the handlers declare (`npm run compatibility` writes it anew)', () => {
  const page = readFileSync(new URL('../../COMPATIBILITY.md', import.meta.url), 'utf8')
  assert.equal(page, compatibilityPage(handlers))
})
