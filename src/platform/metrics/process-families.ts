// The process under the names that Prometheus's own clients use (process_*), and those of its client for Node (nodejs_*).
// What a broker in Java would tell as well, of its processor and its disk, goes under Kafka's names.

import { packageVersion, type ProcessWatch, type ProcessReading, type Tags } from '../../base/index.ts'
import { familyOf, type MetricFamily } from './metric-family.ts'

type Readings = Iterable<readonly [value: number, labels?: Tags]>
type Row = readonly [
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  readings: (reading: ProcessReading) => Readings,
]

const one = (value: number | undefined): Readings => (value === undefined ? [] : [[value]])
const idle =
  'The share of time in which the event loop had nothing to do: all of the network and all of the handlers run on it'

// oxfmt-ignore
const rows: readonly Row[] = [
  ['process_cpu_seconds',           'counter', 'Seconds of processor time used',                               p => one(p.cpuUserSeconds + p.cpuSystemSeconds)],
  ['process_cpu_user_seconds',      'counter', 'Seconds of processor time used outside of the kernel',         p => one(p.cpuUserSeconds)],
  ['process_cpu_system_seconds',    'counter', 'Seconds of processor time used in the kernel',                 p => one(p.cpuSystemSeconds)],
  ['process_start_time_seconds',    'gauge',   'When the process was started, in seconds since 1970',          p => one(p.startedSeconds)],
  ['process_resident_memory_bytes', 'gauge',   'Bytes of memory in use',                                       p => one(p.residentBytes)],
  ['process_virtual_memory_bytes',  'gauge',   'Bytes of address space in use',                                p => one(p.virtualBytes)],
  ['process_open_fds',              'gauge',   'File descriptors that are open',                               p => one(p.openFiles)],
  ['process_max_fds',               'gauge',   'File descriptors that may be open',                            p => one(p.openFilesMax)],
  ['nodejs_heap_size_total_bytes',  'gauge',   'Bytes of the heap of objects',                                 p => one(p.heapTotalBytes)],
  ['nodejs_heap_size_used_bytes',   'gauge',   'Bytes in use in the heap of objects',                          p => one(p.heapUsedBytes)],
  ['nodejs_external_memory_bytes',  'gauge',   'Bytes of buffers, and of native code',                         p => one(p.externalBytes)],
  ...(['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99'] as const).map((which): Row =>
    [`nodejs_eventloop_lag_${which}_seconds`, 'gauge', `Seconds by which the event loop came late to its timers since the last reading, ${which}`, p => one(p.loopDelay[which])]),
  ['nodejs_gc_runs',                'counter', 'Collections of garbage, by kind',                              p => p.collections.map(({ kind, count }) => [count, { kind }])],
  ['nodejs_gc_duration_seconds',    'counter', 'Seconds spent on collecting garbage, by kind',                 p => p.collections.map(({ kind, seconds }) => [seconds, { kind }])],
  ['nodejs_version_info',           'gauge',   'The version of Node, as a label',                              () => [[1, { version: process.version }]]],
  ['millrace_build_info',           'gauge',   'The version of Millrace, as a label',                          () => [[1, { version: packageVersion() }]]],
  ['kafka_server_kafkaserver_linux_disk_read_bytes',  'gauge', 'Bytes that the process has had read from disk',    p => one(p.diskReadBytes)],
  ['kafka_server_kafkaserver_linux_disk_write_bytes', 'gauge', 'Bytes that the process has had written to disk',   p => one(p.diskWrittenBytes)],
  ['kafka_network_socketserver_networkprocessoravgidle_percent',               'gauge', idle, p => one(p.loopIdle)],
  ['kafka_network_socketserver_networkprocessoravgidlepercent',                'gauge', idle, p => one(p.loopIdle)],
  ['kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent',       'gauge', idle, p => one(p.loopIdle)],
]

/** All of one reading. */
export function processFamilies(watch: ProcessWatch): MetricFamily[] {
  const reading = watch.read()
  return rows.map(([name, type, help, readings]) => familyOf({ name, type, help }, () => readings(reading)))
}
