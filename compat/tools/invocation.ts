// One call of a tool, and what came of it.

export interface Invocation {
  /** 'kafka-topics' */
  readonly tool: string
  readonly args: readonly string[]
  /** Its standard input. */
  readonly input?: string
}
export interface Outcome {
  /** −1: it did not end. */
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}
/** An implementation of the tools. */
export interface Tools {
  run(invocation: Invocation): Promise<Outcome>
  stop(): void
}
