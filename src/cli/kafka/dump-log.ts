// kafka-dump-log: what the files of a log hold, as Apache Kafka's DumpLogSegments. The exit code says nothing of them.

import {
  bytesMaxDefault,
  decoderNamed,
  decoderNames,
  internalDecoder,
  plainDecoder,
  type DecoderName,
  type RecordDecoder,
} from '../../storage/index.ts'
import { dumpTo } from '../dump-output.ts'
import type { GivenOptions } from './options/joptsimple.ts'
import { optionTool, ToolError } from './tool.ts'

const stringDecoder = 'org.apache.kafka.tools.api.StringDecoder'
const options = {
  'print-data-log': { about: 'Print keys and values too; so does any decoder.' },
  'verify-index-only': { about: 'Only compare indexes with their log.' },
  'index-sanity-check': { about: 'Only check of indexes what a broker checks when it starts.' },
  files: { value: 'file1, file2, ...', about: 'REQUIRED: the files, divided by commas.' },
  'max-message-size': {
    value: 'size',
    type: 'Integer',
    default: 5 * 1024 * 1024,
    about: 'The largest batch that an index may point to.',
  },
  'max-bytes': { value: 'size', type: 'Integer', default: 2 ** 31 - 1, about: 'How far into a log to read.' },
  'deep-iteration': { about: 'Records too, not only batches.' },
  'value-decoder-class': { optionalValue: true, default: stringDecoder, about: 'What values are.' },
  'key-decoder-class': { optionalValue: true, default: stringDecoder, about: 'What keys are.' },
  'offsets-decoder': { about: 'The records are those of __consumer_offsets.' },
  'transaction-log-decoder': { about: 'The records are those of __transaction_state.' },
  'cluster-metadata-decoder': { about: "The records are those of KRaft's __cluster_metadata." },
  'remote-log-metadata-decoder': { about: 'The records are those of __remote_log_metadata.' },
  'share-group-state-decoder': { about: 'The records are those of __share_group_state.' },
  'skip-record-metadata': { about: 'Of records only keys and values, and no control records.' },
} as const
type Given = GivenOptions<typeof options>

export default optionTool({
  about:
    'This tool helps to parse a log file and dump its contents to the console, useful for debugging a seemingly corrupt log segment.',
  options,
  async run({ given, terminal, usage }) {
    usage.requires('files')
    const decode = decoderOf(given)
    const printsData = given.has('print-data-log') || decode !== undefined
    dumpTo(terminal, given.value('files')!.split(','), {
      printsData,
      isDeep: given.has('deep-iteration') || printsData,
      skipsRecordMetadata: given.has('skip-record-metadata'),
      sanityOnly: given.has('index-sanity-check'),
      verifiesOnly: given.has('verify-index-only'),
      messageSizeMax: given.value('max-message-size')!,
      bytesMax: given.has('max-bytes') ? given.value('max-bytes')! : bytesMaxDefault,
      decode: decode ?? plainDecoder('StringDecoder', 'StringDecoder'),
    })
  },
})

/** Undefined where none was asked for. */
function decoderOf(given: Given): RecordDecoder | undefined {
  const internal = internalDecoder(option => given.has(option))
  if (internal !== undefined) return internal
  if (!given.has('key-decoder-class') && !given.has('value-decoder-class')) return undefined
  return plainDecoder(decoder(given, 'key-decoder-class'), decoder(given, 'value-decoder-class'))
}
function decoder(given: Given, option: 'key-decoder-class' | 'value-decoder-class'): DecoderName {
  const className = given.value(option)!
  const name = decoderNamed(className)
  if (name === undefined) throw new ToolError(`--${option} knows ${decoderNames.join(', ')} and no '${className}'`)
  return name
}
