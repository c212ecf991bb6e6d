// What is wrong with a record batch, in Kafka's words: the name of the error that a producer is answered, and a sentence.

import type { ErrorName } from '../errors.ts'

export interface BatchFault {
  readonly error: ErrorName
  readonly message: string
}

/** Thrown by what reads the records of a batch, whatever their bytes are: a peer cannot cause another error. */
export class RecordError extends Error implements BatchFault {
  override readonly name = 'RecordError'
  readonly error: ErrorName
  constructor(error: ErrorName, message: string) {
    super(message)
    this.error = error
  }
}
