// The demonstration's input: 20,000 flights of the United States in early 2001, from the npm package vega-datasets, as
// events on topics named <domain>.<model>.<event type>.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

import type { OutgoingRecord } from '../src/client/index.ts'

interface Flight {
  /** '2001/01/01 01:10' */
  readonly date: string
  /** Minutes late at arrival; below zero: early. */
  readonly delay: number
  /** Miles. */
  readonly distance: number
  readonly origin: string
  readonly destination: string
}

export const departed = 'aviation.flight.departed'
export const delayed = 'aviation.flight.delayed'
export const topics = [departed, delayed]

/** From here on the airlines' own statistics call a flight late. */
const lateMinutes = 15

/** In order of time, keyed by the airport of departure: so all events of an airport stay in order. */
export function flightEvents(): OutgoingRecord[] {
  return load()
    .toSorted((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0))
    .flatMap(({ date, delay, distance, origin, destination }) => {
      // The event's own time lies in 2001, long past any retention: it belongs in the value, and the record's timestamp
      // is the time of sending.
      const flight = { at: date.replaceAll('/', '-').replace(' ', 'T'), origin, destination, miles: distance }
      const events = [{ topic: departed, key: origin, value: JSON.stringify(flight) }]
      if (delay >= lateMinutes)
        events.push({ topic: delayed, key: origin, value: JSON.stringify({ ...flight, minutes: delay }) })
      return events
    })
}

function load(): Flight[] {
  // Of the package's files only its entry can be resolved: the data lies in the folder beside the entry's.
  const entry = createRequire(import.meta.url).resolve('vega-datasets')
  return JSON.parse(readFileSync(join(dirname(entry), '..', 'data', 'flights-20k.json'), 'utf8')) as Flight[]
}
