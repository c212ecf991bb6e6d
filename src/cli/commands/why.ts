// millrace why: what a group, a transaction or a connection went through, told from the broker's flight recorder.

import { UserError } from '../../base/index.ts'
import { flightKinds, type FlightEvent } from '../../platform/index.ts'
import { command, formatOption, type Terminal } from '../command.ts'
import { askHttp, httpOptions } from '../http.ts'
import { count, printTable, styled } from '../output.ts'

const options = {
  ...httpOptions,
  format: { value: 'text|json', about: 'how to print' },
} as const

export default command({
  name: 'why',
  usage: '[group | transaction | connection] [NAME]',
  options,
  words: { min: 0, max: 2 },
  examples: [
    'millrace why group billing',
    'millrace why transaction billing-1',
    'millrace why connection 127.0.0.1:51234',
    'millrace why group       # which there are',
  ],
  async run(given, [kind, name], terminal) {
    const format = formatOption(given)
    if (kind !== undefined && !flightKinds.some(known => known === kind))
      throw new UserError('USAGE', `'${kind}' is not recorded. What is: ${flightKinds.join(', ')}`)
    if (kind !== undefined && name !== undefined) {
      const story = (await askHttp(given, `/why/${kind}/${encodeURIComponent(name)}`)) as {
        readonly events: readonly FlightEvent[]
      }
      if (format === 'json') terminal.out(JSON.stringify(story))
      else for (const event of story.events) terminal.out(line(event, terminal))
      return 0
    }
    const lists = await Promise.all(
      (kind === undefined ? flightKinds : [kind]).map(async kind => {
        const subjects = (await askHttp(given, `/why/${kind}`)) as readonly {
          readonly name: string
          readonly lastAt: number
        }[]
        return subjects.map(subject => ({ kind, ...subject }))
      }),
    )
    if (format === 'json') terminal.out(JSON.stringify(lists.flat()))
    else
      printTable(
        terminal,
        ['WHAT', 'NAME', 'LAST HEARD OF'],
        lists.flat().map(({ kind, name, lastAt }) => [kind, name, clockTime(lastAt)]),
      )
    return 0
  },
})

function line({ at, until, count: times, text }: FlightEvent, terminal: Terminal): string {
  const when = styled(terminal, 'dim', clockTime(at))
  return times === 1 ? `${when}  ${text}` : `${when}  ${text} (${count(times)} times, until ${clockTime(until)})`
}
/** In the time zone of the terminal. */
function clockTime(ms: number): string {
  const time = new Date(ms)
  const pad = (n: number, digits = 2) => String(n).padStart(digits, '0')
  return `${pad(time.getHours())}:${pad(time.getMinutes())}:${pad(time.getSeconds())}.${pad(time.getMilliseconds(), 3)}`
}
