// Times in ISO 8601, as Java reads them.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { parseDateTime, parseDuration } from './times.ts'

// oxfmt-ignore
const dates: [text: string, read: string | RegExp][] = [
  ['2024-05-01T12:30:15.250',        '2024-05-01T12:30:15.250Z'],
  ['2024-05-01T12:30:15.250Z',       '2024-05-01T12:30:15.250Z'],
  ['2024-05-01T12:30:15.250+02:00',  '2024-05-01T10:30:15.250Z'],
  ['2024-05-01T12:30:15.250-0130',   '2024-05-01T14:00:15.250Z'],
  ['2024-05-01T12:30:15.5',          '2024-05-01T12:30:15.005Z'],
  ['2024-02-29T00:00:00.000',        '2024-02-29T00:00:00.000Z'],
  ['2023-02-29T00:00:00.000',        /Unparseable date: "2023-02-29T00:00:00.000Z"/],
  ['2024-05-01T12:30:15',            /Unparseable date: "2024-05-01T12:30:15Z"/],
  ['2024-05-01T24:00:00.000',        /Unparseable date/],
  ['2024-05-01',                     /does not contain a 'T'/],
  ['yesterday',                      /does not contain a 'T'/],
]
for (const [text, read] of dates)
  test(`the time '${text}' is ${read instanceof RegExp ? 'refused' : read}`, () => {
    if (read instanceof RegExp) assert.throws(() => parseDateTime(text), read)
    else assert.equal(new Date(parseDateTime(text)).toISOString(), read)
  })

// oxfmt-ignore
const durations: [text: string, seconds: number | undefined][] = [
  ['PT1S',           1],
  ['PT0.25S',        0.25],
  ['P1DT2H3M4S',     93_784],
  ['P2D',            172_800],
  ['-PT1M',          -60],
  ['PT-1M',          -60],
  ['pt5m',           300],
  ['P',              undefined],
  ['PT',             undefined],
  ['P1DT',           undefined],
  ['1h',             undefined],
  ['P1Y',            undefined],
]
for (const [text, seconds] of durations)
  test(`the duration '${text}' is ${seconds === undefined ? 'refused' : `${seconds} s`}`, () => {
    if (seconds === undefined) assert.throws(() => parseDuration(text), /Text cannot be parsed to a Duration/)
    else assert.equal(parseDuration(text), seconds * 1_000)
  })
