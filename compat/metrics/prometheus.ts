// A Prometheus that scrapes one target every second: the one on the PATH, or Debian's package, unpacked without being installed.

import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { freePort } from '../kafka/kafka.ts'
import { cachedAs } from '../suite/cache.ts'
import { eventually } from '../suite/case.ts'
import { Missing, prepare } from '../suite/missing.ts'
import { startProcess } from '../suite/process.ts'

export interface Tools {
  readonly prometheus: string
  readonly promtool: string
}
export function prometheusTools(): Tools {
  try {
    prepare('promtool', ['--version'])
    prepare('prometheus', ['--version'])
    return { prometheus: 'prometheus', promtool: 'promtool' }
  } catch (error) {
    if (!(error instanceof Missing)) throw error
  }
  const unpacked = cachedAs('prometheus', directory => {
    prepare('apt-get', ['download', 'prometheus'], directory)
    const archive = readdirSync(directory).find(name => name.endsWith('.deb'))
    if (archive === undefined) throw new Missing('apt-get gave no package of prometheus')
    prepare('dpkg', ['-x', join(directory, archive), directory])
  })
  return { prometheus: join(unpacked, 'usr/bin/prometheus'), promtool: join(unpacked, 'usr/bin/promtool') }
}

export interface Series {
  readonly metric: Readonly<Record<string, string>>
  readonly value: number
}
export interface Prometheus {
  /** What the query finds at this moment. */
  query(expression: string): Promise<readonly Series[]>
  /** How many scrapes have succeeded, and the error of the last one that did not. */
  scrapes(): Promise<{ readonly count: number; readonly lastError: string }>
  stop(): Promise<void>
}

export async function startPrometheus(
  { prometheus }: Tools,
  { directory, target, labels }: { directory: string; target: string; labels: Readonly<Record<string, string>> },
): Promise<Prometheus> {
  const port = await freePort(),
    config = join(directory, 'prometheus.yml')
  writeFileSync(
    config,
    JSON.stringify({
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [{ job_name: 'kafka', static_configs: [{ targets: [target], labels }] }],
    }),
  )
  const storage = join(directory, 'prometheus')
  const options = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${storage}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]
  const running = startProcess(prometheus, options, { logFile: join(directory, 'prometheus.log') })
  const ask = async (path: string): Promise<any> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`)
    const { status, data, error } = (await response.json()) as { status: string; data: unknown; error?: string }
    if (status !== 'success') throw new Error(`${path}: ${error}`)
    return data
  }
  const query = async (expression: string): Promise<readonly Series[]> => {
    const { result } = await ask(`/api/v1/query?query=${encodeURIComponent(expression)}`)
    return (result as { metric: Record<string, string>; value: [number, string] }[]).map(({ metric, value }) => ({
      metric,
      value: Number(value[1]),
    }))
  }
  await eventually('Prometheus', async () => {
    if (running.exited()) throw new Error(running.logTail())
    return (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok
  })
  return {
    query,
    async scrapes() {
      const [count] = await query('sum(sum_over_time(up[1h]))')
      const { activeTargets } = await ask('/api/v1/targets')
      return { count: count?.value ?? 0, lastError: activeTargets[0]?.lastError ?? '' }
    },
    stop: () => running.stop(),
  }
}
