// millrace dump-log: what the files of a log hold, with kafka-dump-log's options and in its words.

import { diskFiles, UserError } from '../../base/index.ts'
import {
  bytesMaxDefault,
  decoderNamed,
  decoderNames,
  filesToDump,
  internalDecoder,
  plainDecoder,
  type DecoderName,
  type RecordDecoder,
} from '../../storage/index.ts'
import { command, numberOption, type Given } from '../command.ts'
import { dumpTo } from '../dump-output.ts'

const options = {
  files: { value: 'FILE,…', about: 'the files to dump, as kafka-dump-log takes them' },
  'deep-iteration': { about: 'records too, not only batches' },
  'print-data-log': { about: 'keys and values too' },
  'index-sanity-check': { about: 'of indexes: only what a broker checks when it starts' },
  'verify-index-only': { about: 'of indexes: only compare them with the log' },
  'max-message-size': { value: 'BYTES', about: 'the largest batch that an index may point to (5242880)' },
  'max-bytes': { value: 'BYTES', about: 'how far into a log to read' },
  'key-decoder-class': { value: 'CLASS', about: `what keys are: ${decoderNames.join(', ')}` },
  'value-decoder-class': { value: 'CLASS', about: 'what values are (StringDecoder)' },
  'offsets-decoder': { about: 'the records are those of __consumer_offsets' },
  'transaction-log-decoder': { about: 'the records are those of __transaction_state' },
  'cluster-metadata-decoder': { about: "the records are those of KRaft's __cluster_metadata" },
  'remote-log-metadata-decoder': { about: 'the records are those of __remote_log_metadata' },
  'share-group-state-decoder': { about: 'the records are those of __share_group_state' },
  'skip-record-metadata': { about: 'of records only keys and values' },
} as const
const messageSizeMaxDefault = 5 * 1024 * 1024
const intMax = 2 ** 31 - 1

export default command({
  name: 'dump-log',
  usage: '[--print-data-log] FILE|DIR…',
  options,
  words: { min: 0, max: Infinity },
  examples: [
    'millrace dump-log --print-data-log millrace-data/orders-0',
    'millrace dump-log --offsets-decoder millrace-data/__consumer_offsets-7/00000000000000000000.log',
    'millrace dump-log --index-sanity-check millrace-data',
  ],
  async run(given, words, terminal) {
    const paths = [...(given.files?.split(',') ?? []), ...words.flatMap(path => filesToDump(diskFiles, path))]
    if (paths.length === 0 && words.length === 0)
      throw new UserError('USAGE', "'millrace dump-log' needs files or directories\nTry 'millrace dump-log --help'.")
    const decode = decoderOf(given)
    const printsData = given['print-data-log'] === true || decode !== undefined
    const isSound = dumpTo(terminal, paths, {
      printsData,
      isDeep: given['deep-iteration'] === true || printsData,
      skipsRecordMetadata: given['skip-record-metadata'] === true,
      sanityOnly: given['index-sanity-check'] === true,
      verifiesOnly: given['verify-index-only'] === true,
      messageSizeMax: size(given, 'max-message-size') ?? messageSizeMaxDefault,
      bytesMax: size(given, 'max-bytes') ?? bytesMaxDefault,
      decode: decode ?? plainDecoder('StringDecoder', 'StringDecoder'),
    })
    // Differs from Kafka, whose exit code says nothing.
    return isSound ? 0 : 1
  },
})

function size(given: Given<typeof options>, option: 'max-bytes' | 'max-message-size'): number | undefined {
  return numberOption(given[option], { option, min: 0, max: intMax })
}

/** Undefined where none was asked for. */
function decoderOf(given: Given<typeof options>): RecordDecoder | undefined {
  const internal = internalDecoder(option => given[option] === true)
  if (internal !== undefined) return internal
  const key = given['key-decoder-class'],
    value = given['value-decoder-class']
  if (key === undefined && value === undefined) return undefined
  return plainDecoder(named(key, 'key-decoder-class'), named(value, 'value-decoder-class'))
}
function named(className: string | undefined, option: string): DecoderName {
  if (className === undefined) return 'StringDecoder'
  const name = decoderNamed(className)
  if (name === undefined)
    throw new UserError('USAGE', `--${option} knows ${decoderNames.join(', ')} and no '${className}'`)
  return name
}
