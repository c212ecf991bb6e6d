// What the suite keeps of a run.

export type Outcome = 'passed' | 'failed' | 'skipped'

export interface CaseResult {
  readonly client: string
  readonly name: string
  readonly outcome: Outcome
  readonly reason?: string
  readonly durationMs?: number
}

/** A topic that a client filled with the common records (records.json), for all clients to read back. */
export interface WrittenTopic {
  readonly client: string
  readonly codec: string
  readonly topic: string
}

export const caseId = ({ client, name }: { readonly client: string; readonly name: string }) => `${client}: ${name}`
