import assert from 'node:assert/strict'
import { test } from 'node:test'

import { javaDate } from './java-date.ts'

const time = new Date(2026, 0, 2, 15, 4, 5, 6).getTime()
// oxfmt-ignore
const formats = [
  ['yyyy-MM-dd HH:mm:ss:SSS', '2026-01-02 15:04:05:006'],
  ['dd.M.yy h:mm a',          '02.1.26 3:04 PM'],
  ["HH 'o''clock'",           "15 o'clock"],
] as const
for (const [format, text] of formats) test(`${format} is ${text}`, () => assert.equal(javaDate(time, format), text))

test('a letter that stands for nothing is refused', () => {
  assert.throws(() => javaDate(time, 'qq'), /Illegal pattern character 'q'/)
})
