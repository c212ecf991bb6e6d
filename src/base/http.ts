// The port to HTTP, for the few who ask servers of others: identity providers, mostly.

export type Fetch = (
  url: string,
  init?: {
    readonly method?: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: string
    readonly signal?: AbortSignal
  },
) => Promise<{ readonly ok: boolean; readonly status: number; text(): Promise<string> }>

export const systemFetch: Fetch = (url, init) => fetch(url, init)
