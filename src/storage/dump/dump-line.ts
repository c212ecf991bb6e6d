// What a dump gives, line by line.

export interface DumpLine {
  readonly text: string
  /** Something is wrong with the files; Kafka's tool writes it to the standard error. */
  readonly isComplaint: boolean
}
export const line = (text: string): DumpLine => ({ text, isComplaint: false })
export const complaint = (text: string): DumpLine => ({ text, isComplaint: true })

/** A file cannot be dumped any further. */
export class DumpFault extends Error {}
