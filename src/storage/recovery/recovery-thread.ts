// A thread in which logs on disk are recovered: takes one task after the other from ThreadRecovery.

import { diskFiles, parentThread, type LogFields, type Logger, type LogLevel } from '../../base/index.ts'
import { recoverLog, type RecoveryTask } from '../log-recovery.ts'
import type { FromThread } from './thread-recovery.ts'

const parent = parentThread(),
  post = (message: FromThread): void => parent.post(message)
const logAt =
  (level: LogLevel) =>
  (event: string, fields: LogFields = {}) =>
    post({ kind: 'log', level, event, fields })
const logger: Logger = { debug: logAt('debug'), info: logAt('info'), warn: logAt('warn'), error: logAt('error') }

parent.onMessage(message => {
  try {
    recoverLog(message as RecoveryTask, {
      files: diskFiles,
      logger,
      giveWay: parent.giveWay,
      onScanned: bytes => post({ kind: 'scanned', bytes }),
    })
    post({ kind: 'recovered' })
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException
    post({ kind: 'failed', message, code })
  }
})
