// What this process uses of the machine: processor, memory, files, disk; how late its event loop is, and what it spends on
// collecting garbage. Watched from `watchProcess` on, at the cost of a timer of the kernel fifty times a second.

import { readFileSync, readdirSync } from 'node:fs'
import {
  constants,
  monitorEventLoopDelay,
  performance,
  type PerformanceEntry,
  PerformanceObserver,
} from 'node:perf_hooks'

export interface GarbageCollection {
  /** 'minor', 'major', 'incremental' or 'weakcb', as V8 has them. */
  readonly kind: string
  readonly count: number
  readonly seconds: number
}
export interface ProcessReading {
  readonly startedSeconds: number
  readonly cpuUserSeconds: number
  readonly cpuSystemSeconds: number
  readonly residentBytes: number
  readonly heapTotalBytes: number
  readonly heapUsedBytes: number
  /** Of buffers and of what native code has allocated. */
  readonly externalBytes: number
  /** Of Linux only, as all of these; Kafka reads its disk figures from the same place. */
  readonly virtualBytes: number | undefined
  readonly openFiles: number | undefined
  readonly openFilesMax: number | undefined
  readonly diskReadBytes: number | undefined
  readonly diskWrittenBytes: number | undefined
  /** By how much later than planned the event loop came to its timers, since the reading before, in seconds. */
  readonly loopDelay: Readonly<Record<'min' | 'max' | 'mean' | 'stddev' | 'p50' | 'p90' | 'p99', number>>
  /** The share of the last half minute to minute in which the loop had nothing to do: 0 to 1. */
  readonly loopIdle: number
  readonly collections: readonly GarbageCollection[]
}
export interface ProcessWatch {
  read(): ProcessReading
  stop(): void
}

const resolutionMs = 20
const idleWindowMs = 30_000
const kinds = new Map([
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
])

export function watchProcess(): ProcessWatch {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  const collections = new Map([...kinds.values()].map(kind => [kind, { kind, count: 0, seconds: 0 }]))
  const observer = new PerformanceObserver(list => {
    for (const entry of list.getEntries()) {
      const { duration, detail } = entry as PerformanceEntry & { readonly detail: { readonly kind: number } } // of 'gc'
      const collection = collections.get(kinds.get(detail.kind) ?? '')
      if (collection === undefined) continue
      collection.count++
      collection.seconds += duration / 1000
    }
  })
  observer.observe({ entryTypes: ['gc'] })
  const idle = idleMeter()
  return {
    read() {
      const { user, system } = process.cpuUsage()
      const { rss, heapTotal, heapUsed, external } = process.memoryUsage()
      const reading = {
        startedSeconds: performance.timeOrigin / 1000,
        cpuUserSeconds: user / 1e6,
        cpuSystemSeconds: system / 1e6,
        residentBytes: rss,
        heapTotalBytes: heapTotal,
        heapUsedBytes: heapUsed,
        externalBytes: external,
        ...ofLinux(),
        loopDelay: delayOf(delay),
        loopIdle: idle(),
        collections: [...collections.values()].map(one => ({ ...one })),
      }
      delay.reset()
      return reading
    },
    stop() {
      delay.disable()
      observer.disconnect()
    },
  }
}

type Delay = ReturnType<typeof monitorEventLoopDelay>
/** The histogram holds the time from timer to timer, which is not less than what was planned. */
function delayOf(delay: Delay): ProcessReading['loopDelay'] {
  const isEmpty = delay.count === 0
  const late = (nanoseconds: number) => (isEmpty ? 0 : Math.max(0, nanoseconds / 1e9 - resolutionMs / 1000))
  return {
    min: late(delay.min),
    max: late(delay.max),
    mean: late(delay.mean),
    stddev: isEmpty ? 0 : delay.stddev / 1e9,
    p50: late(delay.percentile(50)),
    p90: late(delay.percentile(90)),
    p99: late(delay.percentile(99)),
  }
}
/** Whoever reads, and however often, is told of about the same stretch of time. */
function idleMeter(): () => number {
  const mark = () => ({ atMs: performance.now(), utilization: performance.eventLoopUtilization() })
  let older = mark(),
    newer = older
  return () => {
    const now = mark()
    const { utilization } = performance.eventLoopUtilization(now.utilization, older.utilization)
    if (now.atMs - newer.atMs >= idleWindowMs) [older, newer] = [newer, now]
    return Number.isFinite(utilization) ? 1 - utilization : 1
  }
}

/** Undefined where the system does not tell. */
function ofLinux() {
  const numberIn = (path: string, pattern: RegExp, factor = 1): number | undefined => {
    const [, found] = pattern.exec(textOf(path)) ?? []
    return found === undefined ? undefined : Number(found) * factor
  }
  return {
    virtualBytes: numberIn('/proc/self/status', /^VmSize:\s+(\d+) kB/m, 1024),
    openFiles: countIn('/proc/self/fd'),
    openFilesMax: numberIn('/proc/self/limits', /^Max open files\s+(\d+)/m),
    diskReadBytes: numberIn('/proc/self/io', /^read_bytes: (\d+)/m),
    diskWrittenBytes: numberIn('/proc/self/io', /^write_bytes: (\d+)/m),
  }
}
function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
function countIn(directory: string): number | undefined {
  try {
    return readdirSync(directory).length
  } catch {
    return undefined
  }
}
