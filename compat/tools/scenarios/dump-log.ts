// kafka-dump-log: its arguments. What it says of files is compared in compat/logs, on files that either broker wrote.

import { anyOrder, optionsOnly } from '../normalise.ts'
import { scenarios, type Step } from '../scenario.ts'

const usage = (run: string): Step => ({ run, alone: true, normalise: [optionsOnly, anyOrder] })

export const dumpLogScenarios = scenarios('kafka-dump-log', [
  {
    title: 'the options, and what is no file of a log',
    prepare: async ({ file }) => file('notes.txt', 'nothing'),
    steps: [
      usage(''),
      usage('--help'),
      usage('--print-data-log'),
      { run: '--version', alone: true },
      { run: '--nothing', alone: true },
      { run: '--files', alone: true },
      { run: '--files {/notes.txt}', alone: true },
    ],
  },
])
