// Places in logs as people name them: start, end, an offset, so many before the end, a time.

import { UserError } from '../base/index.ts'
import type { Client, TopicPartition } from '../client/index.ts'
import { timeOption } from './time.ts'

export const positionsAbout = 'start, end, an offset, -N before the end, or a time (2024-05-01T12:00Z, -1h)'

export interface Position extends TopicPartition {
  readonly offset: number
}

/** The offset that `where` means in each partition, kept between the start and the end of its log. */
export async function positionsAt(
  client: Client,
  places: readonly TopicPartition[],
  { where, option }: { readonly where: string; readonly option: string },
): Promise<Position[]> {
  const { records } = client.admin
  const [starts, ends] = await Promise.all([records.offsets(places, 'earliest'), records.offsets(places, 'latest')])
  const chosen = await choose()
  return places.map(place => {
    const end = offsetAt(ends, place)
    return { ...place, offset: Math.min(Math.max(chosen(place, end), offsetAt(starts, place)), end) }
  })

  async function choose(): Promise<(place: TopicPartition, end: number) => number> {
    if (where === 'start') return () => 0
    if (where === 'end') return (_, end) => end
    if (/^\d{1,12}$/.test(where)) return () => Number(where)
    if (/^-\d+$/.test(where)) return (_, end) => end + Number(where)
    const found = await records.offsets(places, timeIn(where, option))
    // Where no record is that late, the end is.
    return (place, end) => (offsetAt(found, place) < 0 ? end : offsetAt(found, place))
  }
}
function offsetAt(list: readonly Position[], { topic, partition }: TopicPartition): number {
  return list.find(other => other.topic === topic && other.partition === partition)!.offset
}
function timeIn(where: string, option: string): number {
  try {
    return timeOption(where, option)
  } catch {
    throw new UserError('USAGE', `--${option} is ${positionsAbout}; not '${where}'`)
  }
}

/** All partitions of a topic, or the one that an option names. */
export async function partitionsOf(client: Client, topic: string, partition?: number): Promise<TopicPartition[]> {
  const [described] = await client.admin.topics.describe([topic])
  const all = described!.partitions.map(({ partition }) => ({ topic, partition }))
  const chosen = partition === undefined ? all : all.filter(place => place.partition === partition)
  if (chosen.length === 0)
    throw new UserError('USAGE', `topic '${topic}' has no partition ${partition}: it has ${all.length}, from 0`)
  return chosen
}

export async function partitionsOfAll(client: Client, topics: readonly string[]): Promise<TopicPartition[]> {
  return (await Promise.all(topics.map(topic => partitionsOf(client, topic)))).flat()
}
